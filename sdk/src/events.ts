import type { User } from './api.ts'
import type { GatehouseError } from './error.ts'

export interface Events {
  /** A session has begun, here or in another tab. */
  signedIn: { sessionId: string; user: User | undefined }
  /** It is over: by `logout`, by its time, by a second use of its refresh token, with its account, or in another tab. */
  signedOut: { reason: 'logout' | 'expired' | 'reused' | 'closed' | 'elsewhere' }
  /** A call was refused until the person proves again who they are. */
  stepUpRequired: { error: GatehouseError<'STEP_UP_REQUIRED'> }
  /** This version of the app is served no longer. */
  updateRequired: { minSupported: string; storeUrl: string }
  /** There is a newer version of the app. */
  updateAvailable: Record<string, never>
}

type Listener<K extends keyof Events> = (event: Events[K]) => void

/** Who wants to know what. */
export class Emitter {
  readonly #listeners = new Map<keyof Events, Set<Listener<never>>>()

  /** Answers the function that ends it. */
  on<K extends keyof Events>(name: K, listener: Listener<K>): () => void {
    const listeners = this.#listeners.get(name) ?? new Set()
    this.#listeners.set(name, listeners)
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }

  /** A listener that throws is its own trouble: neither the call nor another listener fails with it. */
  emit<K extends keyof Events>(name: K, event: Events[K]): void {
    for (const listener of this.#listeners.get(name) ?? []) {
      try {
        ;(listener as Listener<K>)(event)
      } catch (error) {
        console.error(error)
      }
    }
  }
}
