import { isGatehouseError } from 'gatehouse-client'
import { type ReactNode, useMemo } from 'react'
import { faultsOf, sentencesOf } from '../forms/check.ts'
import { NewPassword } from '../forms/new-password.tsx'
import { SendingForm } from '../forms/sending-form.tsx'
import type { Form } from '../forms/served-form.ts'
import { useSending, type Values } from '../forms/use-sending.ts'
import type { Outcome } from './redeeming.ts'
import { sayMailed, type Word } from './words/words.ts'

interface NewPasswordFormProps {
  /** The form of a reset; whatever its password is called. */
  form: Form
  token: string
  submit: Word
  change: (values: Values) => Promise<Outcome>
  outdated: Outcome
  onOutcome: (outcome: Outcome) => void
  /** What is asked for besides the password. */
  more?: (errors: Record<string, string>) => ReactNode
}

/** A new password by the link of a letter. */
export function NewPasswordForm(props: NewPasswordFormProps) {
  const { form, token, submit, change, outdated, onOutcome, more } = props
  const sending = useSending(useMemo(() => sentencesOf(form), [form]))

  async function onSubmit(values: Values): Promise<void> {
    const faults = faultsOf(form, { ...values, token })
    if (Object.keys(faults).length > 0) return sending.refuse(faults)
    try {
      onOutcome(await change(values))
    } catch (error) {
      if (!isGatehouseError(error, 'TOKEN_INVALID')) throw error
      onOutcome(outdated)
    }
  }

  return (
    <SendingForm sending={sending} submit={sayMailed(submit)} onSubmit={onSubmit}>
      {form.fields
        .filter(({ type }) => type === 'password')
        .map((field) => (
          <NewPassword
            key={field.name}
            field={field}
            policy={form.password_policy}
            error={sending.errors[field.name]}
          />
        ))}
      {more?.(sending.errors)}
    </SendingForm>
  )
}
