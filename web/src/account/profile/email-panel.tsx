import type { User } from 'gatehouse-client'
import { useAuth } from 'gatehouse-client/react'
import { useEffect, useState } from 'react'
import { client } from '../../client.ts'
import { SendingForm } from '../../forms/sending-form.tsx'
import { useSending } from '../../forms/use-sending.ts'
import { Button } from '../../ui/button.tsx'
import { Panel } from '../../ui/panel.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { say } from '../../words/words.ts'
import { Address } from './address.tsx'
import { sayProfile } from './words.ts'

type Step = { kind: 'rest' } | { kind: 'ask' } | { kind: 'sent'; email: string }

/** The address, and the way to another one: it counts once its mailbox has answered. */
export function EmailPanel({ user }: { user: User }) {
  const [step, setStep] = useState<Step>({ kind: 'rest' })
  const isChanged = step.kind === 'sent' && user.email === step.email
  return (
    <Panel title={say('email')}>
      <Address value={user.email} isProven={user.email_verified} />
      {isChanged && <p role="status">{sayProfile('emailChanged')}</p>}
      {step.kind === 'sent' && !isChanged && <Waiting email={step.email} />}
      {step.kind === 'ask' ? (
        <Ask
          onSent={(email) => setStep({ kind: 'sent', email })}
          onCancel={() => setStep({ kind: 'rest' })}
        />
      ) : (
        <div className="acts">
          <Button onPress={() => setStep({ kind: 'ask' })}>
            {step.kind === 'sent' && !isChanged
              ? sayProfile('anotherAddress')
              : sayProfile(user.email ? 'change' : 'add')}
          </Button>
        </div>
      )}
    </Panel>
  )
}

/** Whoever comes back from their mail sees whether it has changed. */
function Waiting({ email }: { email: string }) {
  const { user, reload } = useAuth()
  useEffect(() => {
    const look = () => void reload()
    addEventListener('focus', look)
    return () => removeEventListener('focus', look)
  }, [reload])
  return (
    <>
      <p role="status">{sayProfile('emailSent', email)}</p>
      <p>
        {sayProfile('emailStays')} {user?.email && sayProfile('emailUndo')}
      </p>
    </>
  )
}

interface AskProps {
  onSent: (email: string) => void
  onCancel: () => void
}

function Ask({ onSent, onCancel }: AskProps) {
  const sending = useSending()
  async function send(email: string): Promise<void> {
    if (!email) return sending.refuse({ email: say('required') })
    await client.me.changeEmail({ email })
    onSent(email)
  }
  return (
    <>
      <p>{sayProfile('emailText')}</p>
      <SendingForm
        sending={sending}
        submit={sayProfile('sendLink')}
        onSubmit={({ email = '' }) => send(email.trim())}
        onCancel={onCancel}
      >
        <TextField
          name="email"
          type="email"
          label={sayProfile('newEmail')}
          autoComplete="email"
          error={sending.errors.email}
          takesFocus
          isRequired
        />
      </SendingForm>
    </>
  )
}
