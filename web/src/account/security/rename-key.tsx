import type { Passkey } from 'gatehouse-client'
import { client } from '../../client.ts'
import { SendingForm } from '../../forms/sending-form.tsx'
import { useSending } from '../../forms/use-sending.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { say } from '../../words/words.ts'
import { saySecurity } from './words.ts'

interface RenameKeyProps {
  of: Passkey
  onChange: () => Promise<void>
  onClose: () => void
}

export function RenameKey({ of: key, onChange, onClose }: RenameKeyProps) {
  const sending = useSending()
  return (
    <Dialog title={saySecurity('renameKey')} onClose={onClose}>
      <SendingForm
        sending={sending}
        onCancel={onClose}
        submit={saySecurity('save')}
        onSubmit={async ({ name = '' }) => {
          if (!name.trim()) return sending.refuse({ name: say('required') })
          await client.passkeys.rename(key.id, { name: name.trim() })
          await onChange()
          onClose()
        }}
      >
        <TextField
          name="name"
          label={saySecurity('keyName')}
          defaultValue={key.name}
          error={sending.errors.name}
          isRequired
        />
      </SendingForm>
    </Dialog>
  )
}
