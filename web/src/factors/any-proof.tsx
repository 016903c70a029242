import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { say } from '../words/words.ts'
import { factorNames, ProofForm } from './proof-form.tsx'

interface AnyProofProps {
  /** Kinds that count here. */
  types: readonly string[]
  mfaToken?: string
  onDone?: () => void
}

/** One proof out of several: the strongest is asked for, the others stay at hand. */
export function AnyProof({ types, ...proof }: AnyProofProps) {
  const offered = Object.keys(factorNames).filter((type) => types.includes(type))
  const [type, setType] = useState(offered[0] ?? 'backup_code')
  return (
    <>
      <ProofForm key={type} type={type} {...proof} />
      {offered.length > 1 && (
        <details>
          <summary>{say('anotherFactor')}</summary>
          {offered
            .filter((other) => other !== type)
            .map((other) => (
              <Button key={other} onPress={() => setType(other)}>
                {say(factorNames[other] ?? 'code')}
              </Button>
            ))}
        </details>
      )}
    </>
  )
}
