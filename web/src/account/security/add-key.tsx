import type { Passkey } from 'gatehouse-client'
import { passkeys } from '../../client.ts'
import { SendingForm } from '../../forms/sending-form.tsx'
import { useSending } from '../../forms/use-sending.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { TextField } from '../../ui/text-field.tsx'
import type { Changed } from './security.tsx'
import { saySecurity } from './words.ts'

interface AddKeyProps {
  kind: Passkey['kind']
  onChange: (changed: Changed) => Promise<void>
  onClose: () => void
}

/** Makes a key in the browser's own prompt, under a name that its owner knows it by. */
export function AddKey({ kind, onChange, onClose }: AddKeyProps) {
  const sending = useSending()
  const isPasskey = kind === 'passkey'
  return (
    <Dialog title={saySecurity(isPasskey ? 'addPasskey' : 'addSecurityKey')} onClose={onClose}>
      <p>{saySecurity('addKeyText')}</p>
      <SendingForm
        sending={sending}
        onCancel={onClose}
        submit={saySecurity('goOn')}
        onSubmit={async ({ name = '' }) => {
          const made = await passkeys.add({ kind, ...(name.trim() ? { name: name.trim() } : {}) })
          onClose()
          await onChange(made)
        }}
      >
        <TextField
          name="name"
          label={saySecurity('keyName')}
          defaultValue={saySecurity(isPasskey ? 'passkey' : 'securityKey')}
          error={sending.errors.name}
        />
      </SendingForm>
    </Dialog>
  )
}
