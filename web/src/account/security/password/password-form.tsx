import { useMemo, useState } from 'react'
import { client } from '../../../client.ts'
import { beside } from '../../../forms/beside.ts'
import { sentencesOf } from '../../../forms/check.ts'
import { NewPassword } from '../../../forms/new-password.tsx'
import { SendingForm } from '../../../forms/sending-form.tsx'
import type { Form } from '../../../forms/served-form.ts'
import { useSending, type Values } from '../../../forms/use-sending.ts'
import { TextField } from '../../../ui/text-field.tsx'
import { say } from '../../../words/words.ts'
import { sayPassword } from './words.ts'

/** `form`: the new one as the service describes it, with what its policy has to say. */
export function PasswordForm({ form }: { form: Form }) {
  const sending = useSending(useMemo(() => sentencesOf(form), [form]))
  const [isDone, setDone] = useState(false)
  const { errors } = sending
  const chosen = form.fields.find(({ type }) => type === 'password')

  async function change({ current_password = '', new_password = '' }: Values): Promise<void> {
    if (!current_password || !new_password) {
      return sending.refuse({
        ...(current_password ? {} : { current_password: say('required') }),
        ...(new_password ? {} : { new_password: say('required') }),
      })
    }
    await beside({ CURRENT_PASSWORD_INVALID: 'current_password' }, () =>
      client.password.change({ current_password, new_password }),
    )
    setDone(true)
  }

  if (isDone) return <p role="status">{sayPassword('done')}</p>
  return (
    <>
      <p>{sayPassword('text')}</p>
      <SendingForm sending={sending} submit={sayPassword('submit')} onSubmit={change}>
        <TextField
          name="current_password"
          type="password"
          label={sayPassword('current')}
          autoComplete="current-password"
          error={errors.current_password}
          isRequired
        />
        {chosen && (
          <NewPassword
            field={{ ...chosen, name: 'new_password' }}
            policy={form.password_policy}
            error={errors.new_password}
          />
        )}
      </SendingForm>
    </>
  )
}
