import { useState } from 'react'
import { client } from '../client.ts'
import { SendingForm } from '../forms/sending-form.tsx'
import { useSending } from '../forms/use-sending.ts'
import { TextField } from '../ui/text-field.tsx'
import { say } from '../words/words.ts'
import { sayMailed } from './words.ts'

/** For whoever's link is too old: the proof of the address, mailed once more. */
export function AnotherLink() {
  const sending = useSending()
  const [isSent, setSent] = useState(false)
  async function send(email: string): Promise<void> {
    if (!email) return sending.refuse({ email: say('required') })
    await client.resendVerification({ email })
    setSent(true)
  }

  if (isSent) return <p role="status">{sayMailed('anotherMailSent')}</p>
  return (
    <SendingForm
      sending={sending}
      submit={sayMailed('anotherMail')}
      onSubmit={({ email = '' }) => send(email.trim())}
    >
      <TextField
        name="email"
        type="email"
        label={say('email')}
        autoComplete="email"
        error={sending.errors.email}
        isRequired
      />
    </SendingForm>
  )
}
