import type { ReactNode } from 'react'
import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { say } from '../words/words.ts'
import type { Sending, Values } from './use-sending.ts'

interface SendingFormProps {
  sending: Sending
  submit: string
  /** How its button looks. */
  kind?: 'primary' | 'danger'
  onSubmit: (values: Values) => Promise<unknown>
  children: ReactNode
  /** False where its fields serve other buttons alone. */
  hasSubmit?: boolean
  /** Leaves it, with nothing sent. */
  onCancel?: () => void
}

/** A form with its refusals and its button, which counts down where the service asks for a pause. */
export function SendingForm(props: SendingFormProps) {
  const {
    sending,
    submit,
    kind = 'primary',
    onSubmit,
    children,
    hasSubmit = true,
    onCancel,
  } = props
  const { form, isSending, refusal, wait, onInput, run, values } = sending
  return (
    <form
      ref={form}
      noValidate
      onInput={onInput}
      onSubmit={(event) => {
        event.preventDefault()
        if (wait === 0) void run(() => onSubmit(values()))
      }}
    >
      {children}
      <Notice refusal={refusal} />
      {hasSubmit && (
        <Button kind={kind} type="submit" isPending={isSending} isDisabled={wait > 0}>
          {wait > 0 ? say('tryAgainIn', wait) : submit}
        </Button>
      )}
      {onCancel && (
        <Button kind="quiet" onPress={onCancel}>
          {say('cancel')}
        </Button>
      )}
    </form>
  )
}
