import type { Passkey } from 'gatehouse-client'
import { useState } from 'react'
import { client, passkeys } from '../../client.ts'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { Panel } from '../../ui/panel.tsx'
import { AddKey } from './add-key.tsx'
import { RenameKey } from './rename-key.tsx'
import type { Changed } from './security.tsx'
import { used } from './used.ts'
import { saySecurity } from './words.ts'

interface KeysPanelProps {
  keys: readonly Passkey[]
  onChange: (changed?: Changed) => Promise<void>
}

type Open =
  | { act: 'add'; kind: Passkey['kind'] }
  | { act: 'rename'; key: Passkey }
  | { act: 'remove'; key: Passkey }

export function KeysPanel({ keys, onChange }: KeysPanelProps) {
  const [open, setOpen] = useState<Open | null>(null)
  const close = () => setOpen(null)
  return (
    <Panel title={saySecurity('keys')}>
      <p>{saySecurity('keysText')}</p>
      {keys.length === 0 && <p>{saySecurity('noKeys')}</p>}
      <ul className="rows">
        {keys.map((key) => (
          <li key={key.id}>
            <span>
              {key.name}
              <small>
                {saySecurity(key.kind === 'passkey' ? 'passkey' : 'securityKey')}
                {key.backed_up && ` · ${saySecurity('synced')}`}
              </small>
              <small>{used(key)}</small>
            </span>
            <span className="row-acts">
              <Button kind="quiet" onPress={() => setOpen({ act: 'rename', key })}>
                {saySecurity('rename')}
              </Button>
              <Button kind="quiet" onPress={() => setOpen({ act: 'remove', key })}>
                {saySecurity('remove')}
              </Button>
            </span>
          </li>
        ))}
      </ul>
      {passkeys.isSupported() ? (
        <div className="acts">
          <Button onPress={() => setOpen({ act: 'add', kind: 'passkey' })}>
            {saySecurity('addPasskey')}
          </Button>
          <Button onPress={() => setOpen({ act: 'add', kind: 'security_key' })}>
            {saySecurity('addSecurityKey')}
          </Button>
        </div>
      ) : (
        <p>{saySecurity('noKeysHere')}</p>
      )}
      {open?.act === 'add' && <AddKey kind={open.kind} onChange={onChange} onClose={close} />}
      {open?.act === 'rename' && <RenameKey of={open.key} onChange={onChange} onClose={close} />}
      {open?.act === 'remove' && (
        <Confirm
          title={saySecurity('removeKey')}
          act={saySecurity('remove')}
          onClose={close}
          onAct={async () => {
            await client.passkeys.remove(open.key.id)
            await onChange()
          }}
        >
          <p>
            <strong>{open.key.name}</strong>
          </p>
          <p>{saySecurity('removeKeyText')}</p>
        </Confirm>
      )}
    </Panel>
  )
}
