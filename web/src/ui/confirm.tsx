import type { ReactNode } from 'react'
import { SendingForm } from '../forms/sending-form.tsx'
import { useSending } from '../forms/use-sending.ts'
import { say } from '../words/words.ts'
import { Dialog } from './dialog.tsx'
import { TextField } from './text-field.tsx'

interface ConfirmProps {
  title: string
  children: ReactNode
  /** What its button does. */
  act: string
  /** Has to be typed first: for what cannot be taken back. */
  typed?: string
  onAct: () => Promise<unknown>
  onClose: () => void
}

/** Asks once more before something is gone. It stays, and says why, where that is refused. */
export function Confirm({ title, children, act, typed, onAct, onClose }: ConfirmProps) {
  const sending = useSending()
  return (
    <Dialog title={title} onClose={onClose}>
      <SendingForm
        sending={sending}
        onCancel={onClose}
        submit={act}
        kind={typed ? 'danger' : 'primary'}
        onSubmit={async ({ typed: given = '' }) => {
          if (typed && given.trim() !== typed) {
            return sending.refuse({ typed: say('typedOtherwise') })
          }
          await onAct()
          onClose()
        }}
      >
        {children}
        {typed && (
          <TextField
            name="typed"
            label={say('typeToConfirm', typed)}
            autoComplete="off"
            error={sending.errors.typed}
            isRequired
          />
        )}
      </SendingForm>
    </Dialog>
  )
}
