import { useMemo } from 'react'
import { client } from '../client.ts'
import { bodyOf, faultsOf, sentencesOf } from '../forms/check.ts'
import { SendingForm } from '../forms/sending-form.tsx'
import type { Form } from '../forms/served-form.ts'
import { useSending, type Values } from '../forms/use-sending.ts'
import { go } from '../router.tsx'
import { say } from '../words/words.ts'
import { RegisterFields } from './register-fields.tsx'
import type { Pending } from './verify.tsx'

interface RegisterFormProps {
  form: Form
  onPending: (pending: Pending) => void
}

export function RegisterForm({ form, onPending }: RegisterFormProps) {
  const sending = useSending(useMemo(() => sentencesOf(form), [form]))

  async function submit(values: Values): Promise<void> {
    const faults = faultsOf(form, values)
    if (Object.keys(faults).length > 0) return sending.refuse(faults)
    const body = bodyOf(form, values)
    const answer = await client.register(body)
    if (!('status' in answer)) return go('/account')
    const { password: chosen = '' } = values
    if ('email' in answer) {
      const address = { email: answer.email }
      const again = () => client.resendVerification(address)
      return onPending({ address, password: chosen, again })
    }
    const again = () => client.register(body)
    onPending({ address: { phone_e164: answer.phone_e164 }, password: chosen, again })
  }

  return (
    <SendingForm sending={sending} submit={say('signUp')} onSubmit={submit}>
      <RegisterFields form={form} sending={sending} />
    </SendingForm>
  )
}
