import { act, newAdministrator } from '../support/administrator.ts'
import { type Answer, call, mails, randomEmail, tokenIn } from '../support/client.ts'
import { setUser } from '../support/database.ts'
import { newOwner } from '../support/passkey.ts'
import { preparedSignIn, preparedUserIn } from '../support/prepared.ts'
import { newTenant } from '../support/tenant.ts'

type Ask = () => Promise<Answer<unknown>>

const tenant = await newTenant()
const owner = await newAdministrator(tenant, 'owner')
const member = await newAdministrator(tenant, 'member')
const here = `/tenants/${owner.slug}`
const nobody = '01999999-9999-7999-8999-999999999999'

/** What every route of a tenant answers: to who may, who may not, and who comes from elsewhere. */
function guarded(method: string, path: string, good: Ask, bad?: unknown): Ask[] {
  const body = method === 'GET' || method === 'DELETE' ? undefined : {}
  return [
    good,
    () => act(member, method, `${here}${path}`, bad ?? body),
    () => act(owner, method, `/tenants/default${path}`, body),
  ]
}

const slug = () => `t-${crypto.randomUUID().slice(0, 12)}`
const role = { role: 'admin' }

async function invited(email = randomEmail()) {
  const sent = await act<{ id: string }>(owner, 'POST', `${here}/invitations`, { email })
  const [mail] = await mails(email)
  return { id: sent.body.id, token: mail ? tokenIn(mail) : '' }
}

const accept = (token: string) => call('/api/v1/invitations/accept', { token })

async function acceptAsDisabled() {
  const email = await preparedUserIn(tenant)
  await setUser(email, { status: 'disabled' })
  await act(owner, 'POST', `${here}/invitations`, { email })
  const [mail] = await mails(email, 2)
  return accept(mail ? tokenIn(mail) : '')
}

export const tenantWays: Record<string, Ask[]> = {
  'POST /api/v1/tenants': [
    async () => act(await newOwner(), 'POST', '/tenants', { slug: slug(), name: 'A' }),
    async () => act(await newOwner(), 'POST', '/tenants', { slug: owner.slug, name: 'A' }),
    async () => act(await preparedSignIn(), 'POST', '/tenants', { slug: slug(), name: 'A' }),
  ],
  'GET /api/v1/tenants/{slug}': guarded('GET', '', () => act(owner, 'GET', here)),
  'PATCH /api/v1/tenants/{slug}': [
    ...guarded('PATCH', '', () => act(owner, 'PATCH', here, { name: 'B' })),
    () => act(owner, 'PATCH', here, { nothing: 1 }),
    () => act(owner, 'PATCH', here, { version: 0, name: 'C' }),
  ],
  'GET /api/v1/tenants/{slug}/members': [
    ...guarded('GET', '/members', () => act(owner, 'GET', `${here}/members`)),
    () => act(owner, 'GET', `${here}/members?cursor=1`),
  ],
  'PATCH /api/v1/tenants/{slug}/members/{user_id}': [
    ...guarded(
      'PATCH',
      `/members/${nobody}`,
      async () => {
        const path = `${here}/members/${(await newAdministrator(tenant, 'member')).id}`
        return act(owner, 'PATCH', path, role)
      },
      role,
    ),
    () => act(owner, 'PATCH', `${here}/members/${owner.id}`, role),
    () => act(owner, 'PATCH', `${here}/members/${owner.id}`, {}),
  ],
  'DELETE /api/v1/tenants/{slug}/members/{user_id}': [
    ...guarded('DELETE', `/members/${nobody}`, async () => {
      const { id } = await newAdministrator(tenant, 'member')
      return act(owner, 'DELETE', `${here}/members/${id}`)
    }),
    () => act(owner, 'DELETE', `${here}/members/${owner.id}`),
  ],
  'POST /api/v1/tenants/{slug}/invitations': [
    ...guarded(
      'POST',
      '/invitations',
      () => act(owner, 'POST', `${here}/invitations`, { email: randomEmail() }),
      { email: 'somebody@example.com' },
    ),
    () => act(owner, 'POST', `${here}/invitations`, {}),
  ],
  'GET /api/v1/tenants/{slug}/invitations': guarded('GET', '/invitations', () =>
    act(owner, 'GET', `${here}/invitations`),
  ),
  'DELETE /api/v1/tenants/{slug}/invitations/{id}': guarded(
    'DELETE',
    `/invitations/${nobody}`,
    async () => act(owner, 'DELETE', `${here}/invitations/${(await invited()).id}`),
  ),
  'POST /api/v1/invitations/accept': [
    async () => accept((await invited()).token),
    () => accept('wrong'),
    acceptAsDisabled,
  ],
}
