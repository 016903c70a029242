import { useMemo, useState } from 'react'
import { client } from '../client.ts'
import { beside } from '../forms/beside.ts'
import { FormLoader } from '../forms/form-loader.tsx'
import type { Form } from '../forms/served-form.ts'
import type { Values } from '../forms/use-sending.ts'
import { Link } from '../router.tsx'
import { Page } from '../ui/page.tsx'
import { TextField } from '../ui/text-field.tsx'
import { when } from '../ui/when.ts'
import { say } from '../words/words.ts'
import { Ended } from './ended.tsx'
import { NewPasswordForm } from './new-password-form.tsx'
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
  return (
    <NewPasswordForm
      form={form}
      token={token}
      submit="recoverAct"
      change={(values) => recover(token, values)}
      outdated={outdated}
      onOutcome={onOutcome}
      more={(errors) => (
        <TextField
          name="backup_code"
          label={`${say('factorBackupCode')} (${say('optional')})`}
          hint={sayMailed('recoverCodeHint')}
          autoComplete="off"
          error={errors.backup_code}
        />
      )}
    />
  )
}

async function recover(token: string, values: Values): Promise<Outcome> {
  const { new_password = '', backup_code = '' } = values
  const code = backup_code.trim() ? { backup_code: backup_code.trim() } : {}
  const answer = await beside({ MFA_CODE_INVALID: 'backup_code' }, () =>
    client.recovery.verify({ token, new_password, ...code }),
  )
  return answer.status === 'recovered' ? recovered : waits(answer.completes_at)
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
