import { isGatehouseError } from 'gatehouse-client'
import { useMemo, useState } from 'react'
import { client } from '../client.ts'
import { beside } from '../forms/beside.ts'
import { faultsOf, sentencesOf } from '../forms/check.ts'
import { FormLoader } from '../forms/form-loader.tsx'
import { NewPassword } from '../forms/new-password.tsx'
import { SendingForm } from '../forms/sending-form.tsx'
import type { Form } from '../forms/served-form.ts'
import { useSending, type Values } from '../forms/use-sending.ts'
import { Link } from '../router.tsx'
import { Page } from '../ui/page.tsx'
import { TextField } from '../ui/text-field.tsx'
import { when } from '../ui/when.ts'
import { say } from '../words/words.ts'
import { Ended } from './ended.tsx'
import type { Outcome } from './redeeming.ts'
import { useMailedToken } from './token.ts'
import { sayMailed } from './words/words.ts'

const request = { to: '/recover/request', word: 'newLink' } as const
const finish = { to: '/recover/complete', word: 'finishRecovery' } as const
const recovered: Outcome = {
  title: 'recovered',
  text: 'recoveredText',
  ways: [{ to: '/login', word: 'signIn' }],
}
const outdated: Outcome = { title: 'outdated', text: 'recoverOutdated', ways: [request, finish] }
const incomplete: Outcome = { title: 'incomplete', text: 'incompleteText', ways: [request] }

/** A new password for an account whose second step is lost, by the link of a letter. */
export function Recover() {
  const token = useMailedToken()
  return token ? <RecoverBy key={token} token={token} /> : <Ended outcome={incomplete} />
}

function RecoverBy({ token }: { token: string }) {
  const [outcome, setOutcome] = useState<Outcome | null>(null)
  if (outcome) return <Ended outcome={outcome} />
  return (
    <Page title={sayMailed('recover')}>
      <p>{sayMailed('recoverText')}</p>
      <FormLoader name="reset_password">
        {(form) => <RecoverForm form={form} token={token} onOutcome={setOutcome} />}
      </FormLoader>
      <p className="foot">
        <Link to={finish.to}>{sayMailed(finish.word)}</Link>
      </p>
    </Page>
  )
}

interface RecoverFormProps {
  form: Form
  token: string
  onOutcome: (outcome: Outcome) => void
}

/** The form of a reset, whose rules hold here too. */
function RecoverForm({ form: served, token, onOutcome }: RecoverFormProps) {
  const form = useMemo(() => renamed(served), [served])
  const sending = useSending(useMemo(() => sentencesOf(form), [form]))

  async function submit(values: Values): Promise<void> {
    const faults = faultsOf(form, { ...values, token })
    if (Object.keys(faults).length > 0) return sending.refuse(faults)
    const { new_password = '', backup_code = '' } = values
    const code = backup_code.trim() ? { backup_code: backup_code.trim() } : {}
    try {
      const answer = await beside({ MFA_CODE_INVALID: 'backup_code' }, () =>
        client.recovery.verify({ token, new_password, ...code }),
      )
      onOutcome(answer.status === 'recovered' ? recovered : waits(answer.completes_at))
    } catch (error) {
      if (!isGatehouseError(error, 'TOKEN_INVALID')) throw error
      onOutcome(outdated)
    }
  }

  return (
    <SendingForm sending={sending} submit={sayMailed('recoverAct')} onSubmit={submit}>
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
      <TextField
        name="backup_code"
        label={`${say('factorBackupCode')} (${say('optional')})`}
        hint={sayMailed('recoverCodeHint')}
        autoComplete="off"
        error={sending.errors.backup_code}
      />
    </SendingForm>
  )
}

function renamed(form: Form): Form {
  const fields = form.fields.map((field) =>
    field.type === 'password' ? { ...field, name: 'new_password' } : field,
  )
  return { ...form, fields }
}

function waits(until: string): Outcome {
  return { title: 'recoveryWaits', text: 'recoveryWaitsText', value: when(until), ways: [] }
}
