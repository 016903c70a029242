import { isGatehouseError } from 'gatehouse-client'
import { useEffect, useState } from 'react'
import { client } from '../client.ts'
import { SendingForm } from '../forms/sending-form.tsx'
import { useSending } from '../forms/use-sending.ts'
import { go } from '../router.tsx'
import { SignInStep, type Step, stepAfter } from '../sign-in/sign-in.tsx'
import { Page } from '../ui/page.tsx'
import { TextField } from '../ui/text-field.tsx'
import { say } from '../words/words.ts'
import { Ended } from './ended.tsx'
import type { Outcome } from './redeeming.ts'
import { useMailedToken } from './token.ts'
import { sayMailed } from './words/words.ts'

const ways = [
  { to: '/sign-in-link', word: 'newLink' },
  { to: '/login', word: 'signIn' },
] as const
const outdated: Outcome = { title: 'outdated', text: 'magicOutdated', ways }
const incomplete: Outcome = { title: 'incomplete', text: 'incompleteText', ways }

/** The page of a link that signs in. */
export function MagicLink() {
  const token = useMailedToken()
  return token ? <SignInBy key={token} token={token} /> : <Ended outcome={incomplete} />
}

/** What a sign-in still owes, and where it leads once that is shown. */
interface Owed {
  step: Step
  redirectTo: string | undefined
}

function SignInBy({ token }: { token: string }) {
  const [isOutdated, setOutdated] = useState(false)
  const [owed, setOwed] = useState<Owed | null>(null)
  useEffect(() => {
    if (owed) return client.on('signedIn', () => leave(owed.redirectTo))
  }, [owed])

  async function redeem(code: string): Promise<void> {
    const given = code ? { token, confirmation_code: code } : { token }
    const result = await client.magicLink.verify(given)
    if ('access_token' in result) return leave(result.redirect_to)
    setOwed({ step: stepAfter(result), redirectTo: result.redirect_to })
  }

  if (isOutdated) return <Ended outcome={outdated} />
  if (!owed) return <Confirm redeem={redeem} onOutdated={() => setOutdated(true)} />
  const onStep = (step: Step) => (step.kind === 'start' ? go('/login') : setOwed({ ...owed, step }))
  return <SignInStep step={owed.step} onStep={onStep} />
}

/** The service answers only addresses of the tenant's list. */
function leave(redirectTo: string | undefined): void {
  if (redirectTo) location.replace(redirectTo)
  else go('/account')
}

interface ConfirmProps {
  redeem: (code: string) => Promise<void>
  onOutdated: () => void
}

function Confirm({ redeem, onOutdated }: ConfirmProps) {
  const sending = useSending()
  const [isElsewhere, setElsewhere] = useState(false)

  async function submit(code: string): Promise<void> {
    if (isElsewhere && !code) return sending.refuse({ confirmation_code: say('required') })
    try {
      await redeem(code)
    } catch (error) {
      if (isGatehouseError(error, 'TOKEN_INVALID')) return onOutdated()
      if (isGatehouseError(error, 'CONFIRMATION_REQUIRED')) return setElsewhere(true)
      if (!isGatehouseError(error, 'CODE_INVALID')) throw error
      sending.refuse({ confirmation_code: sayMailed('magicCodeWrong') })
    }
  }

  return (
    <Page title={say(isElsewhere ? 'enterCode' : 'signIn')}>
      <p>{sayMailed(isElsewhere ? 'magicElsewhere' : 'magicText')}</p>
      <SendingForm
        sending={sending}
        submit={say('signIn')}
        onSubmit={({ confirmation_code = '' }) => submit(confirmation_code.trim())}
      >
        {isElsewhere && (
          <TextField
            name="confirmation_code"
            label={sayMailed('magicCode')}
            autoComplete="off"
            inputMode="numeric"
            error={sending.errors.confirmation_code}
            isRequired
          />
        )}
      </SendingForm>
    </Page>
  )
}
