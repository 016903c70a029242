import { isGatehouseError } from 'gatehouse-client'
import { useMemo, useState } from 'react'
import { client } from '../client.ts'
import { faultsOf, sentencesOf } from '../forms/check.ts'
import { FormLoader } from '../forms/form-loader.tsx'
import { NewPassword } from '../forms/new-password.tsx'
import { SendingForm } from '../forms/sending-form.tsx'
import type { Form } from '../forms/served-form.ts'
import { useSending, type Values } from '../forms/use-sending.ts'
import { Page } from '../ui/page.tsx'
import { Ended } from './ended.tsx'
import { MailForm } from './mail-form.tsx'
import type { Outcome } from './redeeming.ts'
import { useMailedToken } from './token.ts'
import { sayMailed } from './words/words.ts'

const done: Outcome = {
  title: 'resetDone',
  text: 'resetDoneText',
  ways: [{ to: '/login', word: 'signIn' }],
}
const outdated: Outcome = { title: 'outdated', text: 'resetOutdated', ways: [], Form: NewLink }
const incomplete: Outcome = {
  title: 'incomplete',
  text: 'incompleteText',
  ways: [],
  Form: NewLink,
}

/** A new password by the link of a letter. */
export function Reset() {
  const token = useMailedToken()
  return token ? <ResetBy key={token} token={token} /> : <Ended outcome={incomplete} />
}

function ResetBy({ token }: { token: string }) {
  const [outcome, setOutcome] = useState<Outcome | null>(null)
  if (outcome) return <Ended outcome={outcome} />
  return (
    <Page title={sayMailed('reset')}>
      <p>{sayMailed('resetText')}</p>
      <FormLoader name="reset_password">
        {(form) => <ResetForm form={form} token={token} onOutcome={setOutcome} />}
      </FormLoader>
    </Page>
  )
}

interface ResetFormProps {
  form: Form
  token: string
  onOutcome: (outcome: Outcome) => void
}

function ResetForm({ form, token, onOutcome }: ResetFormProps) {
  const sending = useSending(useMemo(() => sentencesOf(form), [form]))

  async function submit(values: Values): Promise<void> {
    const faults = faultsOf(form, { ...values, token })
    if (Object.keys(faults).length > 0) return sending.refuse(faults)
    try {
      await client.password.reset({ token, password: values.password ?? '' })
      onOutcome(done)
    } catch (error) {
      if (!isGatehouseError(error, 'TOKEN_INVALID')) throw error
      onOutcome(outdated)
    }
  }

  return (
    <SendingForm sending={sending} submit={sayMailed('resetAct')} onSubmit={submit}>
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
    </SendingForm>
  )
}

function NewLink() {
  const send = (email: string) => client.password.forgot({ email })
  return <MailForm submit="sendLink" sent="linkSent" send={send} />
}
