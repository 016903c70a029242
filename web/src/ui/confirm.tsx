import type { ReactNode } from 'react'
import { SendingForm } from '../forms/sending-form.tsx'
import { useSending } from '../forms/use-sending.ts'
import { say } from '../words/words.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'

interface ConfirmProps {
  title: string
  children: ReactNode
  /** What its button does. */
  act: string
  onAct: () => Promise<unknown>
  onClose: () => void
}

/** Asks once more before something is gone. It stays, and says why, where that is refused. */
export function Confirm({ title, children, act, onAct, onClose }: ConfirmProps) {
  const sending = useSending()
  return (
    <Dialog title={title} onClose={onClose}>
      <SendingForm
        sending={sending}
        submit={act}
        onSubmit={async () => {
          await onAct()
          onClose()
        }}
      >
        {children}
      </SendingForm>
      <Button kind="quiet" onPress={onClose}>
        {say('cancel')}
      </Button>
    </Dialog>
  )
}
