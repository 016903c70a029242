import { loadLibrary } from '../../src/methods/passkey/library.ts'
import { type Answer, type CallOptions, call, type Tokens } from './client.ts'
import { type Key, newKey, type Options, type Quirks } from './key.ts'
import { preparedSignIn } from './prepared.ts'

// Through Vite it takes as long as a request may, on a busy machine: here, and not within the first request that needs it.
await loadLibrary()

const path = '/api/v1/auth/webauthn'

export interface Registered {
  id: string
  name: string
  kind: 'passkey' | 'security_key'
  backup_codes?: string[]
}

export type Kind = Registered['kind']

export function registerOptions(
  token: string,
  kind: Kind = 'passkey',
  options: CallOptions = {},
): Promise<Answer<Options>> {
  return call<Options>(`${path}/register/options`, { kind }, { ...options, token })
}

/** Gives the account of a session a key. */
export async function register(
  token: string,
  key: Key,
  kind: Kind = 'passkey',
  quirks: Quirks = {},
  headers: Record<string, string> = {},
): Promise<Answer<Registered>> {
  const { body } = await registerOptions(token, kind, { headers })
  const credential = await key.create(body, quirks)
  return call<Registered>(`${path}/register/verify`, { credential }, { token, headers })
}

export async function loginOptions(email?: string, options: CallOptions = {}): Promise<Options> {
  const body = email === undefined ? {} : { email }
  return (await call<Options>(`${path}/login/options`, body, options)).body
}

export async function loginVerify<T = Tokens>(
  options: Options,
  credential: unknown,
  how: CallOptions = {},
): Promise<Answer<T>> {
  return call<T>(`${path}/login/verify`, { challenge_id: options.challenge_id, credential }, how)
}

/** Signs in without a name. */
export async function signInByKey(key: Key, quirks: Quirks = {}): Promise<Answer<Tokens>> {
  const options = await loginOptions()
  return loginVerify(options, await key.get(options, quirks))
}

export interface Owner extends Tokens {
  email: string
  key: Key
  registered: Registered
}

/** A person with one passkey, and a session that it has opened. `begin`: who gets it. */
export async function newOwner(
  nature: Quirks = {},
  begin: () => Promise<{ email: string; access_token: string }> = preparedSignIn,
): Promise<Owner> {
  const session = await begin()
  const key = await newKey(nature)
  const { body: registered } = await register(session.access_token, key)
  const { body } = await signInByKey(key)
  return { ...body, email: session.email, key, registered }
}

/** Proves a key to a pending sign-in, or (no `mfaToken`) to the session of `token`. */
export async function showKey<T = Tokens>(
  key: Key,
  { mfaToken, token }: { mfaToken?: string; token?: string },
  quirks: Quirks = {},
): Promise<Answer<T>> {
  const body = { type: 'webauthn', ...(mfaToken ? { mfa_token: mfaToken } : {}) }
  const how = token ? { token } : {}
  const { body: options } = await call<Options>('/api/v1/auth/mfa/challenge', body, how)
  const credential = await key.get(options, quirks)
  return call<T>('/api/v1/auth/mfa/verify', { ...body, credential }, how)
}
