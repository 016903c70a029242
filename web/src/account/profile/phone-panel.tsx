import type { Answer, User } from 'gatehouse-client'
import { useAuth } from 'gatehouse-client/react'
import { useState } from 'react'
import { client } from '../../client.ts'
import { beside } from '../../forms/beside.ts'
import { SendingForm } from '../../forms/sending-form.tsx'
import { useSending } from '../../forms/use-sending.ts'
import { Button } from '../../ui/button.tsx'
import { CodeField } from '../../ui/code-field.tsx'
import { Panel } from '../../ui/panel.tsx'
import { SendAgain } from '../../ui/send-again.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { say } from '../../words/words.ts'
import { Address } from './address.tsx'
import { sayProfile } from './words.ts'

type Sent = Answer<'POST /api/v1/auth/me/phone'>
type Step = { kind: 'rest' } | { kind: 'ask' } | { kind: 'changed' } | AskedCode
type AskedCode = { kind: 'code'; phone: string; sent: Sent }

/** The number, and the way to another one: by a code that goes there. */
export function PhonePanel({ user }: { user: User }) {
  const { reload } = useAuth()
  const [step, setStep] = useState<Step>({ kind: 'rest' })
  const cancel = () => setStep({ kind: 'rest' })
  return (
    <Panel title={say('phone')}>
      <Address value={user.phone_e164} isProven={user.phone_verified} />
      <p role="status">{step.kind === 'changed' && sayProfile('phoneChanged')}</p>
      {step.kind === 'ask' && <Ask onSent={setStep} onCancel={cancel} />}
      {step.kind === 'code' && (
        <Code
          asked={step}
          onCancel={cancel}
          onDone={async () => {
            await reload()
            setStep({ kind: 'changed' })
          }}
        />
      )}
      {(step.kind === 'rest' || step.kind === 'changed') && (
        <div className="acts">
          <Button onPress={() => setStep({ kind: 'ask' })}>
            {sayProfile(user.phone_e164 ? 'change' : 'add')}
          </Button>
        </div>
      )}
    </Panel>
  )
}

interface AskProps {
  onSent: (asked: AskedCode) => void
  onCancel: () => void
}

function Ask({ onSent, onCancel }: AskProps) {
  const sending = useSending()
  async function send(phone: string): Promise<void> {
    if (!phone) return sending.refuse({ phone_e164: say('required') })
    const sent = await client.me.changePhone({ phone_e164: phone })
    onSent({ kind: 'code', phone, sent })
  }
  return (
    <>
      <p>{sayProfile('phoneText')}</p>
      <SendingForm
        sending={sending}
        submit={say('sendCode')}
        onSubmit={({ phone_e164 = '' }) => send(phone_e164.trim())}
        onCancel={onCancel}
      >
        <TextField
          name="phone_e164"
          type="tel"
          label={sayProfile('newPhone')}
          autoComplete="tel"
          error={sending.errors.phone_e164}
          takesFocus
          isRequired
        />
      </SendingForm>
    </>
  )
}

interface CodeProps {
  asked: AskedCode
  onDone: () => Promise<void>
  onCancel: () => void
}

function Code({ asked, onDone, onCancel }: CodeProps) {
  const [sent, setSent] = useState(asked.sent)
  const sending = useSending()
  async function prove(code: string): Promise<void> {
    if (!code) return sending.refuse({ code: say('required') })
    const shown = { challenge_id: sent.challenge_id, code }
    await beside({ CODE_INVALID: 'code' }, () => client.me.verifyPhone(shown))
    await onDone()
  }
  return (
    <>
      <p>{sayProfile('phoneSent', sent.sent_to)}</p>
      <SendingForm
        sending={sending}
        submit={say('confirm')}
        onSubmit={({ code = '' }) => prove(code.trim())}
        onCancel={onCancel}
      >
        <CodeField error={sending.errors.code} takesFocus />
      </SendingForm>
      <SendAgain
        sending={sending}
        retryAfter={sent.retry_after}
        again={async () => setSent(await client.me.changePhone({ phone_e164: asked.phone }))}
      />
    </>
  )
}
