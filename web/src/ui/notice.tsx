import type { GatehouseError } from 'gatehouse-client'
import { sentenceOf } from '../words/words.ts'

/** What went wrong, where it is no single field’s fault. It is there before it speaks, or some readers stay silent. */
export function Notice({ refusal }: { refusal: GatehouseError | null }) {
  return (
    <div role="alert" className={refusal ? 'notice' : ''}>
      {refusal && sentenceOf(refusal)}
    </div>
  )
}
