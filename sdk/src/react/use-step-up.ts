import { useCallback, useEffect, useSyncExternalStore } from 'react'
import type { StepUpChallenge } from './step-up-store.ts'
import { useAuthValue } from './use-auth.ts'

export interface StepUp {
  /** What is waited for, or null: then the dialog is closed. */
  challenge: StepUpChallenge | null
  /** Shows a proof: on success the waiting call is repeated. Throws what the service refuses, and goes on waiting. */
  verify(proof: { type: string; code: string }): Promise<void>
  /** After a proof shown otherwise, as by a passkey. */
  done(): void
  /** The waiting call is refused. */
  cancel(): void
}

/** For the one dialog of an app that asks for a fresh proof. Calls that were refused for the lack of one wait for it. */
export function useStepUp(): StepUp {
  const { client, stepUp } = useAuthValue()
  useEffect(() => stepUp.start(), [stepUp])
  const challenge = useSyncExternalStore(stepUp.subscribe, stepUp.snapshot, () => null)
  const verify = useCallback(
    async (proof: { type: string; code: string }) => {
      await client.mfa.verify(proof)
      stepUp.settle(true)
    },
    [client, stepUp],
  )
  const done = useCallback(() => stepUp.settle(true), [stepUp])
  const cancel = useCallback(() => stepUp.settle(false), [stepUp])
  return { challenge, verify, done, cancel }
}
