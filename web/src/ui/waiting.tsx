import { say } from '../words/words.ts'
import { useBrand } from './brand.ts'

/** Stands for a page whose script is on its way. */
export function Waiting() {
  const { name } = useBrand()
  return (
    <main className="card">
      <p className="brand">{name}</p>
      <p role="status">{say('loading')}</p>
    </main>
  )
}
