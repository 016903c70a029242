import type { Answer } from 'gatehouse-client'
import { client } from '../client.ts'
import { beside } from '../forms/beside.ts'
import { SendingForm } from '../forms/sending-form.tsx'
import { useSending } from '../forms/use-sending.ts'
import { CodeField } from '../ui/code-field.tsx'
import { say } from '../words/words.ts'
import { sayFactor } from './words.ts'
import './factors.css'

type Begun = Answer<'POST /api/v1/auth/mfa/enable'>
export type TotpSeed = Extract<Begun, { type: 'totp' }>
export type Confirmed = Answer<'POST /api/v1/auth/mfa/confirm'>

/** Of an enrolment that a sign-in asked for; without one, the session’s own token goes along. */
export interface EnrolmentToken {
  token?: string
}

export async function beginTotp(options: EnrolmentToken): Promise<TotpSeed> {
  return (await client.mfa.enable({ type: 'totp' }, options)) as TotpSeed
}

interface TotpSetupProps {
  seed: TotpSeed
  options?: EnrolmentToken
  onDone: (confirmed: Confirmed) => void
}

/** An authenticator app: its secret as a picture and as text, and a first code that proves that it was read. */
export function TotpSetup({ seed, options = {}, onDone }: TotpSetupProps) {
  const sending = useSending()
  const grouped = seed.secret.replace(/(.{4})(?=.)/g, '$1 ')
  return (
    <>
      <p>{sayFactor('scan')}</p>
      <img className="qr-code" src={seed.qr_code} alt={sayFactor('qrCode')} />
      <p>
        {sayFactor('secret')} <code className="secret">{grouped}</code>
      </p>
      <SendingForm
        sending={sending}
        submit={sayFactor('turnOn')}
        onSubmit={async ({ code = '' }) => {
          if (!code.trim()) return sending.refuse({ code: say('required') })
          const shown = { type: 'totp', code: code.trim() } as const
          onDone(
            await beside({ MFA_CODE_INVALID: 'code' }, () => client.mfa.confirm(shown, options)),
          )
        }}
      >
        <CodeField error={sending.errors.code} />
      </SendingForm>
    </>
  )
}
