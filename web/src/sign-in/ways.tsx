import type { CodeSent, Provider, SignInResult } from 'gatehouse-client'
import { client, passkeys } from '../client.ts'
import type { Action } from '../forms/served-form.ts'
import type { Sending } from '../forms/use-sending.ts'
import { callbackAddress } from '../return-to.ts'
import { Button } from '../ui/button.tsx'
import { say } from '../words/words.ts'
import type { Step } from './sign-in.tsx'

interface WaysProps {
  actions: readonly Action[]
  /** Of the form above, whose address they take and which shows their refusals. */
  sending: Sending
  onStep: (step: Step) => void
  onResult: (result: SignInResult) => void
}

/** The ways in beside the password, as far as the tenant has them open. */
export function Ways({ actions, sending, onStep, onResult }: WaysProps) {
  const of = (...types: Action['type'][]) => actions.filter(({ type }) => types.includes(type))

  async function send(action: Action): Promise<void> {
    const identifier = sending.values().identifier?.trim() ?? ''
    if (!identifier) return sending.refuse({ identifier: say('required') })
    if (action.type === 'magic_link') {
      const sent = await client.magicLink.send({ email: identifier })
      return onStep({ kind: 'link', sent: { email: identifier, code: sent.confirmation_code } })
    }
    const again = () => sendCode(identifier, action.channel ?? 'email')
    onStep({ kind: 'code', sent: await again(), again })
  }

  const works: Partial<Record<Action['type'], (action: Action) => Promise<void>>> = {
    passkey: async () => onResult(await passkeys.signIn()),
    oauth: async ({ provider }) => {
      const redirectTo = callbackAddress()
      location.assign(await client.oauth.start({ provider: provider as Provider, redirectTo }))
    },
    otp: send,
    magic_link: send,
  }

  function button(action: Action) {
    const work = works[action.type]
    if (!work || (action.type === 'passkey' && !passkeys.isSupported())) return null
    return (
      <Button key={action.id} onPress={() => sending.run(() => work(action))}>
        {action.label}
      </Button>
    )
  }

  const mailed = of('otp', 'magic_link')
  if (of('passkey', 'oauth').length + mailed.length === 0) return null
  return (
    <section className="ways" aria-label={say('otherWays')}>
      <p className="or">{say('or')}</p>
      {of('passkey').map(button)}
      {of('oauth').map(button)}
      {mailed.length > 0 && (
        <details>
          <summary>{say('otherWays')}</summary>
          {mailed.map(button)}
        </details>
      )}
    </section>
  )
}

function sendCode(destination: string, channel: NonNullable<Action['channel']>): Promise<CodeSent> {
  const type = channel === 'email' ? 'email' : 'phone'
  return client.code.send({ destination, type, channel })
}
