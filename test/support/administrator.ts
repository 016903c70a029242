import type { Role } from '../../src/tenants/roles.ts'
import { type Answer, type CallOptions, call, signIn, type Tokens } from './client.ts'
import { setUser } from './database.ts'
import { type Key, newKey } from './key.ts'
import { loginOptions, loginVerify, register } from './passkey.ts'
import { preparedUserIn } from './prepared.ts'
import type { TestTenant } from './tenant.ts'

export interface Administrator extends Tokens {
  email: string
  key: Key
  tenant: TestTenant
  slug: string
  /** Of the user. */
  id: string
}

/** Somebody of a role in a tenant, with a session that a passkey has opened. */
export async function newAdministrator(tenant: TestTenant, role: Role): Promise<Administrator> {
  const { headers } = tenant
  const email = await preparedUserIn(tenant)
  const key = await newKey()
  const { body } = await signIn(email, { headers })
  await register(body.access_token, key, 'passkey', {}, headers)
  await setUser(email, { roles: role === 'member' ? ['member'] : ['member', role] })
  const options = await loginOptions(undefined, { headers })
  const signedIn = await loginVerify(options, await key.get(options), { headers })
  const slug = headers['X-Tenant']
  return { ...signedIn.body, email, key, tenant, slug, id: signedIn.body.user.id }
}

/** A request of an administrator; the token says the tenant. */
export function act<T = Record<string, unknown>>(
  { access_token: token }: Pick<Tokens, 'access_token'>,
  method: string,
  path: string,
  body?: unknown,
  options: CallOptions = {},
): Promise<Answer<T>> {
  return call<T>(`/api/v1${path}`, body, { ...options, method, token })
}
