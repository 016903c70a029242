import { useState } from 'react'
import { client } from '../client.ts'
import { FormLoader } from '../forms/form-loader.tsx'
import type { Values } from '../forms/use-sending.ts'
import { Page } from '../ui/page.tsx'
import { Ended } from './ended.tsx'
import { MailForm } from './mail-form.tsx'
import { NewPasswordForm } from './new-password-form.tsx'
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
        {(form) => (
          <NewPasswordForm
            form={form}
            token={token}
            submit="resetAct"
            change={(values) => reset(token, values)}
            outdated={outdated}
            onOutcome={setOutcome}
          />
        )}
      </FormLoader>
    </Page>
  )
}

async function reset(token: string, { password = '' }: Values): Promise<Outcome> {
  await client.password.reset({ token, password })
  return done
}

function NewLink() {
  const send = (email: string) => client.password.forgot({ email })
  return <MailForm submit="sendLink" sent="linkSent" send={send} />
}
