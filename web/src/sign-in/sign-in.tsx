import type { CodeSent, EnrollmentRequired, MfaChallenge, SignInResult } from 'gatehouse-client'
import { lazy, useState } from 'react'
import { FormLoader } from '../forms/form-loader.tsx'
import { NoCookies } from '../ui/no-cookies.tsx'
import { Page } from '../ui/page.tsx'
import { say } from '../words/words.ts'
import { CodeStep } from './code-step.tsx'
import { Ended } from './ended.tsx'
import { type LinkSent, LinkStep } from './link-step.tsx'
import { SecondFactor } from './second-factor.tsx'
import { Start } from './start.tsx'
import { useOnceSignedIn } from './use-once-signed-in.ts'

/** Few need it, and once: it is no part of the first script. */
const Enrollment = lazy(async () => ({
  default: (await import('../enrollment/enrollment.tsx')).Enrollment,
}))

export type Step =
  | { kind: 'start' }
  | { kind: 'code'; sent: CodeSent; again: () => Promise<CodeSent> }
  | { kind: 'link'; sent: LinkSent }
  | { kind: 'second'; challenge: MfaChallenge }
  | { kind: 'enrollment'; required: EnrollmentRequired }

/** What comes after a way in has answered. Who is signed in is sent on by the page itself. */
export function stepAfter(result: SignInResult): Step {
  if ('mfa_required' in result) return { kind: 'second', challenge: result }
  if ('mfa_enrollment_required' in result) return { kind: 'enrollment', required: result }
  return { kind: 'start' }
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
  if (step.kind === 'enrollment') return <Enrollment required={step.required} onBack={onBack} />
  return (
    <Page title={say('signIn')}>
      <NoCookies />
      <Ended />
      <FormLoader name="login">
        {(form) => <Start form={form} onStep={onStep} onResult={onResult} />}
      </FormLoader>
    </Page>
  )
}
