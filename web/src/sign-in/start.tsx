import type { SignInResult } from 'gatehouse-client'
import { useMemo, useState } from 'react'
import { client } from '../client.ts'
import { sentencesOf } from '../forms/check.ts'
import { SendingForm } from '../forms/sending-form.tsx'
import type { Form } from '../forms/served-form.ts'
import { useSending, type Values } from '../forms/use-sending.ts'
import { Link } from '../router.tsx'
import { LanguageSwitch } from '../ui/language-switch.tsx'
import { TextField } from '../ui/text-field.tsx'
import { say } from '../words/words.ts'
import { identified } from './identifier.ts'
import type { Step } from './sign-in.tsx'
import { useAutofill } from './use-autofill.ts'
import { Ways } from './ways.tsx'

interface StartProps {
  form: Form
  onStep: (step: Step) => void
  onResult: (result: SignInResult) => void
}

/** Address and password, and every other way in that the tenant has open. */
export function Start({ form, onStep, onResult }: StartProps) {
  const sending = useSending(useMemo(() => sentencesOf(form), [form]))
  const [isNumber, setNumber] = useState(false)
  const { errors } = sending
  const byPassword = form.fields.some(({ name }) => name === 'password')
  const others = new Set(form.actions.map(({ id }) => id))
  useAutofill(others.has('passkey'), onResult)

  async function submit({ identifier = '', password = '' }: Values): Promise<void> {
    if (!identifier.trim() || !password) {
      return sending.refuse({
        ...(identifier.trim() ? {} : { identifier: say('required') }),
        ...(password ? {} : { password: say('required') }),
      })
    }
    const given = identified(identifier)
    setNumber('phone_e164' in given)
    onResult(await client.login({ ...given, password }))
  }

  return (
    <>
      <SendingForm
        sending={sending}
        submit={say('signIn')}
        onSubmit={submit}
        hasSubmit={byPassword}
      >
        <TextField
          name="identifier"
          label={say('identifier')}
          autoComplete="username webauthn"
          error={errors.identifier ?? errors.email ?? errors.phone_e164 ?? errors.destination}
          isRequired
        />
        {byPassword && (
          <TextField
            name="password"
            type="password"
            label={say('password')}
            autoComplete="current-password"
            error={errors.password}
            isRequired
          />
        )}
      </SendingForm>
      {sending.refusal?.code === 'EMAIL_NOT_VERIFIED' && (
        <p>
          <Link to="/verify-email/resend">{say('notConfirmed')}</Link>
        </p>
      )}
      {/* Whether or not it waits: a number that nobody has proven is answered like one that nobody has. */}
      {sending.refusal?.code === 'INVALID_CREDENTIALS' && isNumber && others.has('register') && (
        <p>
          <Link to="/register">{say('numberNotConfirmed')}</Link>
        </p>
      )}
      {others.has('forgot_password') && (
        <p>
          <Link to="/forgot-password">{say('forgotPassword')}</Link>
        </p>
      )}
      <Ways actions={form.actions} sending={sending} onStep={onStep} onResult={onResult} />
      {others.has('register') && (
        <p className="foot">
          {say('newHere')} <Link to="/register">{say('signUp')}</Link>
        </p>
      )}
      <LanguageSwitch />
    </>
  )
}
