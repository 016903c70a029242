import { type CodeSent, type MfaChallenge, type SignInResult, stateOf } from 'gatehouse-client'
import { useState } from 'react'
import { FormLoader } from '../forms/form-loader.tsx'
import { Page } from '../ui/page.tsx'
import { say } from '../words/words.ts'
import { CodeStep } from './code-step.tsx'
import { Ended } from './ended.tsx'
import { Enrollment } from './enrollment.tsx'
import { type LinkSent, LinkStep } from './link-step.tsx'
import { SecondFactor } from './second-factor.tsx'
import { Start } from './start.tsx'
import { useOnceSignedIn } from './use-once-signed-in.ts'

export type Step =
  | { kind: 'start' }
  | { kind: 'code'; sent: CodeSent; again: () => Promise<CodeSent> }
  | { kind: 'link'; sent: LinkSent }
  | { kind: 'second'; challenge: MfaChallenge }
  | { kind: 'enrollment' }

/** What comes after a way in has answered. Who is signed in is sent on by the page itself. */
export function stepAfter(result: SignInResult): Step {
  if ('mfa_required' in result) return { kind: 'second', challenge: result }
  return stateOf(result) === 'enrollment' ? { kind: 'enrollment' } : { kind: 'start' }
}

export function SignIn() {
  const [step, setStep] = useState<Step>({ kind: 'start' })
  useOnceSignedIn()
  return <SignInStep step={step} onStep={setStep} />
}

interface SignInStepProps {
  step: Step
  onStep: (step: Step) => void
}

export function SignInStep({ step, onStep }: SignInStepProps) {
  const onResult = (result: SignInResult) => onStep(stepAfter(result))
  const onBack = () => onStep({ kind: 'start' })
  if (step.kind === 'code') {
    return <CodeStep sent={step.sent} again={step.again} onResult={onResult} onBack={onBack} />
  }
  if (step.kind === 'link') return <LinkStep sent={step.sent} onBack={onBack} />
  if (step.kind === 'second') return <SecondFactor challenge={step.challenge} onBack={onBack} />
  if (step.kind === 'enrollment') return <Enrollment onBack={onBack} />
  return (
    <Page title={say('signIn')}>
      <Ended />
      <FormLoader name="login">
        {(form) => <Start form={form} onStep={onStep} onResult={onResult} />}
      </FormLoader>
    </Page>
  )
}
