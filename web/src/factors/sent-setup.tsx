import type { Answer } from 'gatehouse-client'
import { useState } from 'react'
import { client } from '../client.ts'
import { beside } from '../forms/beside.ts'
import { SendingForm } from '../forms/sending-form.tsx'
import { useSending } from '../forms/use-sending.ts'
import { CodeField } from '../ui/code-field.tsx'
import { SendAgain } from '../ui/send-again.tsx'
import { TextField } from '../ui/text-field.tsx'
import { say } from '../words/words.ts'
import type { Confirmed, EnrolmentToken } from './totp-setup.tsx'
import { sayFactor } from './words.ts'

export type SentType = 'email' | 'sms' | 'whatsapp'
type Sent = Extract<Answer<'POST /api/v1/auth/mfa/enable'>, { sent_to: string }>

interface SentSetupProps {
  type: SentType
  /** The account’s own number, proposed. */
  phone?: string | null
  options?: EnrolmentToken
  onDone: (confirmed: Confirmed) => void
}

/** A factor whose codes are sent: where they go, and the first of them. */
export function SentSetup({ type, phone, options = {}, onDone }: SentSetupProps) {
  const [sent, setSent] = useState<{ answer: Sent; number: string } | null>(null)
  const sending = useSending()

  async function send(number: string): Promise<void> {
    const place = type === 'email' ? {} : { phone_e164: number }
    const answer = await client.mfa.enable({ type, ...place }, options)
    if ('sent_to' in answer) setSent({ answer, number })
  }
  async function confirm(code: string): Promise<void> {
    if (!code) return sending.refuse({ code: say('required') })
    onDone(
      await beside({ MFA_CODE_INVALID: 'code' }, () => client.mfa.confirm({ type, code }, options)),
    )
  }

  if (!sent) {
    return (
      <SendingForm
        sending={sending}
        submit={sayFactor('sendToPhone')}
        onSubmit={async ({ phone_e164 = '' }) => {
          if (type !== 'email' && !phone_e164.trim()) {
            return sending.refuse({ phone_e164: say('required') })
          }
          await send(phone_e164.trim())
        }}
      >
        {type !== 'email' && (
          <TextField
            name="phone_e164"
            type="tel"
            label={sayFactor('phoneForCodes')}
            autoComplete="tel"
            defaultValue={phone ?? ''}
            error={sending.errors.phone_e164 ?? sending.errors.type}
            isRequired
          />
        )}
      </SendingForm>
    )
  }
  const { answer, number } = sent
  return (
    <>
      <p>{sayFactor('codeSentTo', answer.sent_to)}</p>
      <SendingForm
        sending={sending}
        submit={sayFactor('turnOn')}
        onSubmit={({ code = '' }) => confirm(code.trim())}
      >
        <CodeField error={sending.errors.code} takesFocus />
      </SendingForm>
      <SendAgain sending={sending} retryAfter={answer.retry_after} again={() => send(number)} />
    </>
  )
}
