import { useMemo, useState } from 'react'
import { client } from '../client.ts'
import { bodyOf, faultsOf, sentencesOf } from '../forms/check.ts'
import { SendingForm } from '../forms/sending-form.tsx'
import { ServedField } from '../forms/served-field.tsx'
import type { Form } from '../forms/served-form.ts'
import { useSending, type Values } from '../forms/use-sending.ts'
import { go } from '../router.tsx'
import { say } from '../words/words.ts'
import { StrengthMeter } from './strength-meter.tsx'
import type { Pending } from './verify.tsx'

interface RegisterFormProps {
  form: Form
  onPending: (pending: Pending) => void
}

/** Every field that the service serves, in its order: none is known here by name but the password, which has a meter. */
export function RegisterForm({ form, onPending }: RegisterFormProps) {
  const sending = useSending(useMemo(() => sentencesOf(form), [form]))
  const [password, setPassword] = useState('')
  const grouped = form.any_of.flatMap(({ fields }) => fields)

  async function submit(values: Values): Promise<void> {
    const faults = faultsOf(form, values)
    if (Object.keys(faults).length > 0) return sending.refuse(faults)
    const answer = await client.register(bodyOf(form, values))
    if (!('status' in answer)) return go('/account')
    const { password: chosen = '' } = values
    onPending({
      address: 'email' in answer ? { email: answer.email } : { phone_e164: answer.phone_e164 },
      password: chosen,
    })
  }

  return (
    <SendingForm sending={sending} submit={say('signUp')} onSubmit={submit}>
      {form.fields.map((field) => (
        <div key={field.name}>
          <ServedField
            field={field}
            error={sending.errors[field.name]}
            isOptional={!field.required && !grouped.includes(field.name)}
            consent={form.consents?.find((consent) => consent.field === field.name)}
            {...(field.name === 'password' ? { onChange: setPassword } : {})}
          />
          {field.name === 'password' && <StrengthMeter password={password} />}
        </div>
      ))}
    </SendingForm>
  )
}
