import { useEffect, useState } from 'react'
import { client, passkeys } from '../client.ts'
import { beside } from '../forms/beside.ts'
import { SendingForm } from '../forms/sending-form.tsx'
import { useSending, type Values } from '../forms/use-sending.ts'
import { Checkbox } from '../ui/checkbox.tsx'
import { CodeField } from '../ui/code-field.tsx'
import { SendAgain } from '../ui/send-again.tsx'
import { TextField } from '../ui/text-field.tsx'
import { type Name, say } from '../words/words.ts'

/** What can be shown beside a first proof, the strongest first, and what it is called. */
export const factorNames: Record<string, Name> = {
  webauthn: 'factorWebauthn',
  totp: 'factorTotp',
  email: 'factorEmail',
  sms: 'factorSms',
  whatsapp: 'factorWhatsapp',
  backup_code: 'factorBackupCode',
  password: 'password',
}

/** What the service calls a code, whatever was shown. */
const ofPassword = new Map([['MFA_CODE_INVALID', say('wrongPassword')]])

const isSent = (type: string) => ['email', 'sms', 'whatsapp'].includes(type)

interface ProofFormProps {
  type: string
  /** Of a sign-in that waits for it; without one, the proof raises the session that there is. */
  mfaToken?: string
  onDone?: () => void
  /** Of a form that comes where another one was: its first field, or its button. */
  takesFocus?: boolean
}

/** One kind of proof, shown at a sign-in or as a step-up. */
export function ProofForm({ type, mfaToken, onDone = () => {}, takesFocus }: ProofFormProps) {
  const sending = useSending(type === 'password' ? ofPassword : undefined)
  const { errors } = sending
  const [sent, setSent] = useState<{ sent_to: string; retry_after: number } | null>(null)
  const mustSend = isSent(type) && !sent
  const { form } = sending
  // biome-ignore lint/correctness/useExhaustiveDependencies: once a code is on its way, there is a field for it.
  useEffect(() => {
    if (takesFocus || sent) form.current?.querySelector<HTMLElement>('input, button')?.focus()
  }, [form, takesFocus, sent === null])

  const pending = mfaToken ? { mfa_token: mfaToken } : {}

  async function send(): Promise<void> {
    const answer = await client.mfa.challenge({ ...pending, type })
    if ('sent_to' in answer) setSent(answer)
  }

  async function submit({ code = '', remember_device }: Values): Promise<unknown> {
    if (mustSend) return send()
    const remember = mfaToken ? { remember_device: remember_device === 'on' } : {}
    if (type === 'webauthn') {
      const device = mfaToken ? { mfaToken, rememberDevice: remember_device === 'on' } : {}
      await passkeys.prove(device)
      return onDone()
    }
    const shown = type === 'password' ? code : code.trim()
    if (!shown) return sending.refuse({ code: say('required') })
    await beside({ MFA_CODE_INVALID: 'code' }, () =>
      client.mfa.verify({ ...pending, ...remember, type, code: shown }),
    )
    onDone()
  }

  const submits: Record<string, Name> = { webauthn: 'useKey' }
  return (
    <>
      <p>{askFor(type, sent?.sent_to)}</p>
      <SendingForm
        sending={sending}
        submit={say(mustSend ? 'sendCode' : (submits[type] ?? 'confirm'))}
        onSubmit={submit}
      >
        {errors.type && <p className="error">{errors.type}</p>}
        {type === 'backup_code' && (
          <TextField
            name="code"
            label={say('factorBackupCode')}
            error={errors.code}
            autoComplete="off"
            isRequired
          />
        )}
        {type === 'password' && (
          <TextField
            name="code"
            type="password"
            label={say('password')}
            error={errors.code}
            autoComplete="current-password"
            isRequired
          />
        )}
        {(type === 'totp' || sent) && <CodeField error={errors.code} />}
        {mfaToken && !mustSend && (
          <Checkbox name="remember_device">{say('rememberDevice')}</Checkbox>
        )}
      </SendingForm>
      {sent && <SendAgain sending={sending} retryAfter={sent.retry_after} again={send} />}
    </>
  )
}

function askFor(type: string, sentTo: string | undefined): string {
  if (sentTo) return say('codeSentTo', sentTo)
  const asks: Record<string, Name> = {
    totp: 'askTotp',
    webauthn: 'askWebauthn',
    backup_code: 'askBackupCode',
    password: 'askPassword',
  }
  return say(asks[type] ?? factorNames[type] ?? 'code')
}
