import { useContext } from 'react'
import type { Client } from '../client.ts'
import { AuthContext, type AuthValue } from './auth-provider.tsx'
import type { AuthState, AuthStore } from './state.ts'

export interface Auth extends AuthState {
  client: Client
  /** Asks the service again who this is. */
  reload: AuthStore['reload']
}

/** Who is signed in, and the client to do something with. */
export function useAuth(): Auth {
  return useAuthValue()
}

export function useAuthValue(): AuthValue {
  const value = useContext(AuthContext)
  if (!value) throw new Error('There is no <AuthProvider> above this component.')
  return value
}
