import { passkeys } from '../client.ts'
import { factorNames } from '../factors/proof-form.tsx'
import type { SentType } from '../factors/sent-setup.tsx'
import { beginTotp, type TotpSeed } from '../factors/totp-setup.tsx'
import { useSending } from '../forms/use-sending.ts'
import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { say } from '../words/words.ts'
import { sayEnrollment } from './words.ts'
import './enrollment.css'

/** What is being set up. */
export type Adding =
  | { kind: 'totp'; seed: TotpSeed }
  | { kind: 'webauthn' }
  | { kind: 'sent'; type: SentType }

interface ChoiceProps {
  types: readonly string[]
  token: string
  onChoice: (adding: Adding) => void
}

const texts = {
  webauthn: 'webauthnText',
  totp: 'totpText',
  email: 'emailText',
  sms: 'smsText',
  whatsapp: 'whatsappText',
} as const

type Kind = keyof typeof texts

/** The kinds of factors that can be set up here, the strongest first. */
export function Choice({ types, token, onChoice }: ChoiceProps) {
  const sending = useSending()
  const kinds = (Object.keys(texts) as Kind[])
    .filter((kind) => types.includes(kind))
    .filter((kind) => kind !== 'webauthn' || passkeys.isSupported())

  async function choose(kind: Kind): Promise<void> {
    if (kind === 'totp') return onChoice({ kind, seed: await beginTotp({ token }) })
    onChoice(kind === 'webauthn' ? { kind } : { kind: 'sent', type: kind })
  }

  return (
    <>
      <Notice refusal={sending.refusal} />
      <ul className="choices">
        {kinds.map((kind) => (
          <li key={kind}>
            <Button
              isDisabled={sending.wait > 0}
              onPress={() => void sending.run(() => choose(kind))}
            >
              {say(factorNames[kind] ?? 'code')}
              <small>{sayEnrollment(texts[kind])}</small>
            </Button>
          </li>
        ))}
      </ul>
    </>
  )
}
