import type { User } from '../api.ts'
import type { Client } from '../client.ts'
import { isGatehouseError } from '../error.ts'

export interface AuthState {
  /** `loading` until an earlier session was looked for; `unreachable` where it could not be. */
  status: 'loading' | 'signedIn' | 'signedOut' | 'unreachable'
  user: User | null
  /** Why nobody could be asked: no connection, a service that is down, a check by finger that failed. */
  error: unknown
}

export interface AuthStore {
  subscribe(listener: () => void): () => void
  snapshot(): AuthState
  /** Looks again: after a change of the profile, or when the connection is back. */
  reload(): Promise<void>
  /** Begins to follow the client; answers the function that ends it. */
  start(): () => void
}

const loading: AuthState = { status: 'loading', user: null, error: null }
const signedOut: AuthState = { status: 'signedOut', user: null, error: null }

function signedIn(user: User): AuthState {
  return { status: 'signedIn', user, error: null }
}

/** What a client knows of its person, for components to follow. */
export function authStore(client: Client): AuthStore {
  let state = loading
  const listeners = new Set<() => void>()

  function set(next: AuthState): void {
    state = next
    for (const listener of listeners) listener()
  }

  async function reload(): Promise<void> {
    try {
      const isSignedIn = await client.restore()
      set(isSignedIn ? signedIn(await client.me.get()) : signedOut)
    } catch (error) {
      // A refusal ends the session, and its event has been heard. Anything else says nothing about it.
      if (isGatehouseError(error) && error.status === 401) return set(signedOut)
      set({ status: 'unreachable', user: state.user, error })
    }
  }

  return {
    subscribe: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    snapshot: () => state,
    reload,
    start: () => {
      const ends = [
        client.on('signedOut', () => set(signedOut)),
        client.on('signedIn', ({ user }) => {
          if (user) set(signedIn(user))
          else void reload()
        }),
      ]
      void reload()
      return () => {
        for (const end of ends) end()
      }
    },
  }
}
