import { tenantMemoryPort } from '../../src/edge/tenant-memory.ts'
import { withOuterNames } from '../../src/tenants/settings.ts'
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
    [crypto.randomUUID(), slug, JSON.stringify(withOuterNames(settings))],
  )
  const headers = { 'X-Tenant': slug }
  // An isolate reads a tenant once: what a test counts comes after.
  await call('/api/v1/auth/refresh', {}, { headers })
  return { id, headers }
}

/** Changes settings behind the back of the isolate; it is told only where a test needs what is not judged by the database. */
export async function changeSettings(
  { id, headers }: TestTenant,
  settings: Partial<TenantSettings>,
  told: 'told' | 'not told',
): Promise<void> {
  await row('update tenants set settings = $2 where id = $1 returning id', [
    id,
    JSON.stringify(withOuterNames(settings)),
  ])
  const known = tenantMemoryPort().get(headers['X-Tenant'])
  if (known && told === 'told') tenantMemoryPort().put({ ...known, readAt: 0 })
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
