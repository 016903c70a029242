import { createContext, type ReactNode, useEffect, useMemo, useSyncExternalStore } from 'react'
import type { Client } from '../client.ts'
import { type AuthState, type AuthStore, authStore } from './state.ts'
import { type StepUpStore, stepUpStore } from './step-up-store.ts'

export interface AuthValue extends AuthState {
  client: Client
  reload: AuthStore['reload']
  stepUp: StepUpStore
}

export const AuthContext = createContext<AuthValue | null>(null)

/** Above everything that wants to know who is signed in. One client for the life of the app. */
export function AuthProvider({ client, children }: { client: Client; children: ReactNode }) {
  const store = useMemo(() => authStore(client), [client])
  const stepUp = useMemo(() => stepUpStore(client), [client])
  useEffect(() => store.start(), [store])
  const state = useSyncExternalStore(store.subscribe, store.snapshot, store.snapshot)
  const value = useMemo(
    () => ({ ...state, client, reload: store.reload, stepUp }),
    [state, client, store, stepUp],
  )
  return <AuthContext.Provider value={value}>{children}</AuthContext.Provider>
}
