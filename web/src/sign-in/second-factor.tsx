import type { MfaChallenge } from 'gatehouse-client'
import { useState } from 'react'
import { client, passkeys } from '../client.ts'
import { SendingForm } from '../forms/sending-form.tsx'
import { useSending, type Values } from '../forms/use-sending.ts'
import { withTenant } from '../router.tsx'
import { Button } from '../ui/button.tsx'
import { Checkbox } from '../ui/checkbox.tsx'
import { CodeField } from '../ui/code-field.tsx'
import { Page } from '../ui/page.tsx'
import { SendAgain } from '../ui/send-again.tsx'
import { TextField } from '../ui/text-field.tsx'
import { type Name, say } from '../words/words.ts'

const names: Record<string, Name> = {
  webauthn: 'factorWebauthn',
  totp: 'factorTotp',
  email: 'factorEmail',
  sms: 'factorSms',
  whatsapp: 'factorWhatsapp',
  backup_code: 'factorBackupCode',
}
const isSent = (type: string) => ['email', 'sms', 'whatsapp'].includes(type)

interface SecondFactorProps {
  challenge: MfaChallenge
  onBack: () => void
}

/** What the account asks for beside the first proof: any of its factors, the strongest first. */
export function SecondFactor({ challenge, onBack }: SecondFactorProps) {
  const types = Object.keys(names).filter((type) => challenge.mfa_types.includes(type))
  const [type, setType] = useState(types[0] ?? 'backup_code')
  return (
    <Page title={say('secondStep')}>
      <FactorForm key={type} type={type} mfaToken={challenge.mfa_token} />
      {types.length > 1 && (
        <details>
          <summary>{say('anotherFactor')}</summary>
          {types
            .filter((other) => other !== type)
            .map((other) => (
              <Button key={other} onPress={() => setType(other)}>
                {say(names[other] ?? 'code')}
              </Button>
            ))}
        </details>
      )}
      <p>
        <a href={withTenant('/recover/request')}>{say('lostFactor')}</a>
      </p>
      <Button kind="quiet" onPress={onBack}>
        {say('back')}
      </Button>
    </Page>
  )
}

function FactorForm({ type, mfaToken }: { type: string; mfaToken: string }) {
  const sending = useSending()
  const [sent, setSent] = useState<{ sent_to: string; retry_after: number } | null>(null)
  const mustSend = isSent(type) && !sent

  async function send(): Promise<void> {
    const answer = await client.mfa.challenge({ mfa_token: mfaToken, type })
    if ('sent_to' in answer) setSent(answer)
  }

  async function submit({ code = '', remember_device }: Values): Promise<unknown> {
    if (mustSend) return send()
    const remember = remember_device === 'on'
    if (type === 'webauthn') return passkeys.prove({ mfaToken, rememberDevice: remember })
    if (!code.trim()) return sending.refuse({ code: say('required') })
    const shown = { mfa_token: mfaToken, type, code: code.trim() }
    return client.mfa.verify({ ...shown, remember_device: remember })
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
        {type === 'backup_code' && (
          <TextField
            name="code"
            label={say('factorBackupCode')}
            error={sending.errors.code}
            autoComplete="off"
            isRequired
          />
        )}
        {(type === 'totp' || sent) && <CodeField error={sending.errors.code} />}
        {!mustSend && <Checkbox name="remember_device">{say('rememberDevice')}</Checkbox>}
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
  }
  return say(asks[type] ?? names[type] ?? 'code')
}
