import type { Factor } from 'gatehouse-client'
import { useState } from 'react'
import { client } from '../../client.ts'
import { factorNames } from '../../factors/proof-form.tsx'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { Panel } from '../../ui/panel.tsx'
import { say } from '../../words/words.ts'
import { AddFactor } from './add-factor.tsx'
import type { Changed, Protection } from './security.tsx'
import { used } from './used.ts'
import { saySecurity } from './words.ts'

interface FactorsPanelProps {
  methods: Protection['methods']
  onChange: (changed?: Changed) => Promise<void>
}

/** Apps, mailbox and numbers; keys have a panel of their own. */
export function FactorsPanel({ methods, onChange }: FactorsPanelProps) {
  const [removing, setRemoving] = useState<Factor | null>(null)
  const factors = methods.methods.filter(({ type }) => type !== 'webauthn')
  const open = Object.keys(factorNames).filter(
    (type) =>
      type !== 'webauthn' &&
      methods.mfa_types.includes(type) &&
      factors.every((factor) => factor.type !== type),
  )
  return (
    <Panel title={saySecurity('factors')}>
      <p>{saySecurity(methods.mfa_enabled ? 'factorsText' : 'noFactors')}</p>
      <ul className="rows">
        {factors.map((factor) => (
          <li key={factor.id}>
            <span>
              {nameOf(factor)}
              <small>{used(factor)}</small>
            </span>
            <span className="row-acts">
              <Button kind="quiet" onPress={() => setRemoving(factor)}>
                {saySecurity('remove')}
              </Button>
            </span>
          </li>
        ))}
      </ul>
      <AddFactor types={open} onDone={onChange} />
      {removing && (
        <Confirm
          title={saySecurity('removeFactor')}
          act={saySecurity('remove')}
          onClose={() => setRemoving(null)}
          onAct={async () => {
            const { type, id } = removing
            await client.mfa.disable({ type, id })
            await onChange()
          }}
        >
          <p>
            <strong>{nameOf(removing)}</strong>
          </p>
          <p>{saySecurity('removeFactorText')}</p>
        </Confirm>
      )}
    </Panel>
  )
}

function nameOf({ type, name }: Factor): string {
  const kind = say(factorNames[type] ?? 'code')
  return name ? `${kind} (${name})` : kind
}
