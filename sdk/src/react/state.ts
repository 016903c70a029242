import type { User } from '../api.ts'
import type { Client } from '../client.ts'
import { isGatehouseError } from '../error.ts'
import type { Events } from '../events.ts'

export interface AuthState {
  /** `loading` until an earlier session was looked for; `unreachable` where it could not be. */
  status: 'loading' | 'signedIn' | 'signedOut' | 'unreachable'
  user: User | null
  /** Why nobody could be asked: no connection, a service that is down, a check by finger that failed. */
  error: unknown
  /** Of who was signed in a moment ago: why that is over. */
  endedBy: Events['signedOut']['reason'] | null
}

export interface AuthStore {
  subscribe(listener: () => void): () => void
  snapshot(): AuthState
  /** Looks again: after a change of the profile, or when the connection is back. */
  reload(): Promise<void>
  /** Begins to follow the client; answers the function that ends it. */
  start(): () => void
}

const loading: AuthState = { status: 'loading', user: null, error: null, endedBy: null }
const signedOut: AuthState = { status: 'signedOut', user: null, error: null, endedBy: null }

function signedIn(user: User): AuthState {
  return { status: 'signedIn', user, error: null, endedBy: null }
}

/** What a client knows of its person, for components to follow. */
export function authStore(client: Client): AuthStore {
  let state = loading
  const listeners = new Set<() => void>()

  function set(next: AuthState): void {
    state = next
    for (const listener of listeners) listener()
  }

  /** What an event has said of it already, stays. */
  function end(): void {
    if (state.status !== 'signedOut') set(signedOut)
  }

  async function reload(): Promise<void> {
    try {
      const isSignedIn = await client.restore()
      if (isSignedIn) set(signedIn(await client.me.get()))
      else end()
    } catch (error) {
      // A refusal ends the session, and its event has been heard. Anything else says nothing about it.
      if (isGatehouseError(error) && error.status === 401) return end()
      set({ status: 'unreachable', user: state.user, error, endedBy: null })
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
        client.on('signedOut', ({ reason }) => set({ ...signedOut, endedBy: reason })),
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
