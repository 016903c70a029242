import type { TenantSettings } from '../../src/tenants/tenant.ts'
import { type CallOptions, call, mails, randomEmail, registration, tokenIn } from './client.ts'
import { row } from './database.ts'

export interface TestTenant {
  id: string
  headers: { 'X-Tenant': string }
}

/** A tenant beside the default one: nobody else's rows are in it. */
export async function newTenant(settings: Partial<TenantSettings> = {}): Promise<TestTenant> {
  const slug = `tenant-${crypto.randomUUID().slice(0, 18)}`
  const { id } = await row<{ id: string }>(
    `insert into tenants (id, slug, name, settings) values ($1, $2, 'A tenant of a test', $3)
     returning id`,
    [crypto.randomUUID(), slug, JSON.stringify(settings)],
  )
  return { id, headers: { 'X-Tenant': slug } }
}

/** A person with a proven address in a tenant. */
export async function newUserIn(
  { headers }: TestTenant,
  options: CallOptions = {},
): Promise<string> {
  const email = randomEmail()
  const context = { ...options, headers: { ...headers, ...options.headers } }
  await call('/api/v1/auth/register', registration(email), context)
  const [mail] = await mails(email)
  if (mail) await call('/api/v1/auth/verify-email', { token: tokenIn(mail) }, context)
  return email
}
