import { GatehouseError, isGatehouseError } from 'gatehouse-client'
import { useAuth } from 'gatehouse-client/react'
import { useEffect, useState } from 'react'
import { client } from '../client.ts'
import { go, Link, withTenant } from '../router.tsx'
import { StepUp } from '../step-up/step-up.tsx'
import { Notice } from '../ui/notice.tsx'
import { Page } from '../ui/page.tsx'
import { say } from '../words/words.ts'
import { SignInStep, type Step, stepAfter } from './sign-in.tsx'
import { useOnceSignedIn } from './use-once-signed-in.ts'

/** What this visit brought back; redeemed once, however often the page is drawn, and forgotten with its last step. */
let finished: ReturnType<typeof client.oauth.finish> | undefined

/** The code of the address is no part of the history. */
function finish(): NonNullable<typeof finished> {
  const returned = location.href
  history.replaceState(null, '', withTenant(location.pathname))
  return client.oauth.finish(returned)
}

/** Where the browser comes back to from a provider. */
export function Callback() {
  const { status } = useAuth()
  const [step, setStep] = useState<Step | null>(null)
  const [refusal, setRefusal] = useState<GatehouseError | null>(null)
  useEffect(() => {
    finished ??= finish()
    finished.then(
      (returned) => {
        if (returned.kind === 'signIn') setStep(stepAfter(returned.result))
        else go('/account/identities')
      },
      (error: unknown) =>
        setRefusal(isGatehouseError(error) ? error : new GatehouseError('UNEXPECTED_ANSWER')),
    )
  }, [])
  // Who links an account is signed in before anything has come of it.
  useOnceSignedIn(step !== null)

  useEffect(() => {
    if (step && status === 'signedIn') finished = undefined
  }, [step, status])

  function onStep(next: Step): void {
    if (next.kind === 'start') {
      finished = undefined
      go('/login')
    } else setStep(next)
  }
  if (step && step.kind !== 'start') return <SignInStep step={step} onStep={onStep} />
  return (
    <Page title={say('signIn')}>
      <StepUp />
      {!refusal && <p role="status">{say('loading')}</p>}
      <Notice refusal={refusal} />
      {refusal && (
        <p>
          <Link to={status === 'signedIn' ? '/account/identities' : '/login'}>
            {say('tryAgain')}
          </Link>
        </p>
      )}
    </Page>
  )
}
