import { defaultTenantId } from '../../src/tenants/tenant.ts'
import { act, newAdministrator } from '../support/administrator.ts'
import { type Answer, call, randomEmail } from '../support/client.ts'
import { row } from '../support/database.ts'
import { preparedUserIn } from '../support/prepared.ts'
import { newTenant } from '../support/tenant.ts'

type Ask = () => Promise<Answer<unknown>>

const tenant = await newTenant()
const operator = { id: defaultTenantId, headers: { 'X-Tenant': 'default' } }
const [owner, member, verifier] = [
  await newAdministrator(tenant, 'owner'),
  await newAdministrator(tenant, 'member'),
  await newAdministrator(operator, 'owner'),
]
const nobody = '01999999-9999-7999-8999-999999999999'

async function someone(changes: { status?: string } = {}): Promise<string> {
  const { id } = await row<{ id: string }>(
    'update users set status = $2 where email = $1 returning id',
    [await preparedUserIn(tenant), changes.status ?? 'active'],
  )
  return `/admin/users/${id}`
}

/** An act on one account: done, by who may not, and to nobody. */
function onAccount(method: string, tail: string, body?: object): Ask[] {
  return [
    async () => act(owner, method, `${await someone()}${tail}`, body),
    async () => act(member, method, `${await someone()}${tail}`, body),
    () => act(owner, method, `/admin/users/${nobody}${tail}`, body),
  ]
}

/** Something that is looked at: by who may, by who may not, and asked wrongly. */
function looked(path: string, wrong: string): Ask[] {
  return [
    () => act(owner, 'GET', path),
    () => act(member, 'GET', path),
    () => act(owner, 'GET', `${path}?${wrong}`),
  ]
}

function bring(body: string, by = owner, type = 'application/x-ndjson'): Ask {
  const how = { raw: body, token: by.access_token, headers: { 'Content-Type': type } }
  return () => call('/api/v1/admin/users/import', undefined, { ...how, method: 'POST' })
}

const disabled = { status: 'disabled' }
const line = () => JSON.stringify({ email: randomEmail() })

export const adminWays: Record<string, Ask[]> = {
  'GET /api/v1/admin/users': looked('/admin/users', 'role=king'),
  'GET /api/v1/admin/users/{id}': onAccount('GET', ''),
  'PATCH /api/v1/admin/users/{id}': [
    ...onAccount('PATCH', '', disabled),
    () => act(owner, 'PATCH', `/admin/users/${owner.id}`, disabled),
  ],
  'DELETE /api/v1/admin/users/{id}': [
    ...onAccount('DELETE', ''),
    () => act(owner, 'DELETE', `/admin/users/${owner.id}`),
  ],
  'POST /api/v1/admin/users/{id}/sessions/revoke': onAccount('POST', '/sessions/revoke'),
  'POST /api/v1/admin/users/{id}/password-reset': [
    ...onAccount('POST', '/password-reset'),
    async () => act(owner, 'POST', `${await someone(disabled)}/password-reset`),
  ],
  'POST /api/v1/admin/users/import': [
    bring(line()),
    bring(line(), member),
    bring(''),
    bring(line(), owner, 'text/plain'),
    bring('{}\n'.repeat(1_001)),
  ],
  'GET /api/v1/admin/audit': looked('/admin/audit', 'user=1'),
  'GET /api/v1/admin/audit/export': looked('/admin/audit/export', 'user=1'),
  'POST /api/v1/admin/audit/verify': [
    () => act(verifier, 'POST', '/admin/audit/verify', {}),
    () => act(owner, 'POST', '/admin/audit/verify', {}),
  ],
  'POST /api/v1/admin/forms/preview': [
    () => act(owner, 'POST', '/admin/forms/preview', { settings: { register_form: 'minimal' } }),
    () => act(member, 'POST', '/admin/forms/preview', { settings: {} }),
    () => act(owner, 'POST', '/admin/forms/preview', { settings: { minimum_age: -1 } }),
  ],
  'GET /api/v1/admin/metrics': looked('/admin/metrics', 'from=x'),
}
