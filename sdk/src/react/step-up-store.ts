import type { Client } from '../client.ts'
import type { GatehouseError } from '../error.ts'

/** A call that waits until the person has proven again who they are. */
export interface StepUpChallenge {
  requiredAcr: string
  /** Seconds for which a proof counts. */
  maxAge: number
}

export interface StepUpStore {
  subscribe(listener: () => void): () => void
  snapshot(): StepUpChallenge | null
  /** The call is repeated, or is refused as it was. */
  settle(isProven: boolean): void
  /** Begins to take challenges; answers the function that ends it. */
  start(): () => void
}

export function stepUpStore(client: Client): StepUpStore {
  let challenge: StepUpChallenge | null = null
  let answer: (isProven: boolean) => void = () => {}
  const listeners = new Set<() => void>()

  function set(next: StepUpChallenge | null): void {
    challenge = next
    for (const listener of listeners) listener()
  }

  function settle(isProven: boolean): void {
    set(null)
    answer(isProven)
  }

  function ask({ extensions }: GatehouseError<'STEP_UP_REQUIRED'>): Promise<boolean> {
    return new Promise((resolve) => {
      answer = resolve
      set({ requiredAcr: extensions.required_acr, maxAge: extensions.max_age })
    })
  }

  return {
    subscribe: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    snapshot: () => challenge,
    settle,
    start: () => {
      client.onStepUp(ask)
      return () => {
        client.onStepUp(null)
        settle(false)
      }
    },
  }
}
