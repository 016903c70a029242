import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { say } from '../words/words.ts'
import { factorNames, ProofForm } from './proof-form.tsx'

interface AnyProofProps {
  /** Kinds that count here. */
  types: readonly string[]
  mfaToken?: string
  onDone?: () => void
  /** True in a dialog, false on a page, whose heading is read first. */
  takesFocus?: boolean
}

/** One proof out of several: the strongest is asked for, the others stay at hand. */
export function AnyProof({ types, takesFocus = false, ...proof }: AnyProofProps) {
  const offered = Object.keys(factorNames).filter((type) => types.includes(type))
  const [chosen, setChosen] = useState<string | null>(null)
  const type = chosen ?? offered[0] ?? 'backup_code'
  return (
    <>
      <ProofForm key={type} type={type} takesFocus={takesFocus || chosen !== null} {...proof} />
      {offered.length > 1 && (
        <details>
          <summary>{say('anotherFactor')}</summary>
          {offered
            .filter((other) => other !== type)
            .map((other) => (
              <Button key={other} onPress={() => setChosen(other)}>
                {say(factorNames[other] ?? 'code')}
              </Button>
            ))}
        </details>
      )}
    </>
  )
}
