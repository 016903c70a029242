import { describe, expect, it } from 'vitest'
import { act, newAdministrator } from '../support/administrator.ts'
import { call, cost, signIn } from '../support/client.ts'
import { row, setUser, trailEntries } from '../support/database.ts'
import { preparedUserIn } from '../support/prepared.ts'
import { codeOf } from '../support/problem.ts'
import { newTenant } from '../support/tenant.ts'

interface Members {
  members: { user_id: string; email: string; role: string; status: string }[]
  next_cursor: string | null
}

const roleOf = (email: string) =>
  row<{ roles: string[]; authority_version: number }>(
    'select roles, authority_version from users where email = $1',
    [email],
  )

describe('members', () => {
  it('are listed, newest first, with their role', async () => {
    const tenant = await newTenant()
    const owner = await newAdministrator(tenant, 'owner')
    const email = await preparedUserIn(tenant)
    const answer = await act<Members>(owner, 'GET', `/tenants/${owner.slug}/members`)
    expect(cost(answer).db).toBe(1)
    expect(answer.body.next_cursor).toBeNull()
    expect(answer.body.members).toMatchObject([
      { email, role: 'member', status: 'active' },
      { email: owner.email, role: 'owner', user_id: owner.id },
    ])
  })

  it('get a role, and lose it with every session that it had opened', async () => {
    const tenant = await newTenant()
    const owner = await newAdministrator(tenant, 'owner')
    const other = await newAdministrator(tenant, 'member')
    const path = `/tenants/${owner.slug}/members/${other.id}`
    const raised = await act(owner, 'PATCH', path, { role: 'admin' })
    expect([raised.status, cost(raised).db]).toEqual([200, 1])
    expect(raised.body).toMatchObject({ user_id: other.id, role: 'admin' })
    expect((await act(other, 'GET', `/tenants/${owner.slug}`)).status).toBe(200)

    expect((await act(owner, 'PATCH', path, { role: 'member' })).status).toBe(200)
    expect(codeOf(await act(other, 'GET', `/tenants/${owner.slug}`))).toBe('TOKEN_INVALID')
    const { refresh_token } = other
    const renewed = await call(
      '/api/v1/auth/refresh',
      { refresh_token },
      { headers: tenant.headers },
    )
    expect(renewed.status).toBe(401)
    expect(await trailEntries(other.email, 'admin.roles_changed')).toHaveLength(2)
  })

  it('that are owners are made and changed by owners alone', async () => {
    const tenant = await newTenant()
    const owner = await newAdministrator(tenant, 'owner')
    const admin = await newAdministrator(tenant, 'admin')
    const path = (id: string) => `/tenants/${owner.slug}/members/${id}`
    for (const [id, role] of [
      [owner.id, 'member'],
      [owner.id, 'owner'],
      [admin.id, 'owner'],
    ] as const) {
      expect(codeOf(await act(admin, 'PATCH', path(id), { role }))).toBe('FORBIDDEN')
    }
    expect((await roleOf(owner.email)).roles).toEqual(['member', 'owner'])
    expect((await act(owner, 'PATCH', path(admin.id), { role: 'owner' })).status).toBe(200)
  })

  it('get a role at a proven address only', async () => {
    const tenant = await newTenant()
    const owner = await newAdministrator(tenant, 'owner')
    const typed = await preparedUserIn(tenant)
    await setUser(typed, { email_verified_at: null })
    const { id } = await row<{ id: string }>('select id from users where email = $1', [typed])
    const answer = await act(owner, 'PATCH', `/tenants/${owner.slug}/members/${id}`, {
      role: 'admin',
    })
    expect([answer.status, codeOf(answer)]).toEqual([403, 'EMAIL_NOT_VERIFIED'])
    expect((await roleOf(typed)).roles).toEqual(['member'])
  })

  it('include an owner always: the last one cannot go', async () => {
    const tenant = await newTenant()
    const owner = await newAdministrator(tenant, 'owner')
    const path = `/tenants/${owner.slug}/members/${owner.id}`
    const answer = await act(owner, 'PATCH', path, { role: 'admin' })
    expect([answer.status, codeOf(answer)]).toEqual([409, 'LAST_OWNER'])
    expect((await roleOf(owner.email)).roles).toEqual(['member', 'owner'])
  })

  it('include an owner also where a disabled one is left', async () => {
    const tenant = await newTenant()
    const owner = await newAdministrator(tenant, 'owner')
    const gone = await newAdministrator(tenant, 'owner')
    await setUser(gone.email, { status: 'disabled' })
    const path = `/tenants/${owner.slug}/members/${owner.id}`
    expect(codeOf(await act(owner, 'PATCH', path, { role: 'member' }))).toBe('LAST_OWNER')
  })

  it('that leave at the same moment leave one owner', async () => {
    const tenant = await newTenant()
    const owners = await Promise.all(
      Array.from({ length: 3 }, () => newAdministrator(tenant, 'owner')),
    )
    const answers = await Promise.all(
      owners.map((owner) =>
        act(owner, 'PATCH', `/tenants/${owner.slug}/members/${owner.id}`, { role: 'member' }),
      ),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 409])
    const { left } = await row<{ left: number }>(
      `select count(*)::int as left from users where tenant_id = $1 and 'owner' = any(roles)`,
      [tenant.id],
    )
    expect(left).toBe(1)
  })

  it('that are removed are gone at once, with every session, and their address is free', async () => {
    const tenant = await newTenant()
    const owner = await newAdministrator(tenant, 'owner')
    const other = await newAdministrator(tenant, 'admin')
    const path = `/tenants/${owner.slug}/members`
    const gone = await act(owner, 'DELETE', `${path}/${other.id}`)
    expect([gone.status, cost(gone).db]).toEqual([204, 1])
    expect(codeOf(await act(other, 'GET', path))).toBe('TOKEN_INVALID')
    expect((await act<Members>(owner, 'GET', path)).body.members).toHaveLength(1)
    expect(await row('select status, email from users where id = $1', [other.id])).toEqual({
      status: 'deleted',
      email: null,
    })
    expect((await act(owner, 'DELETE', `${path}/${other.id}`)).status).toBe(404)
  })

  it('that are owners are removed by owners alone, the last one by nobody', async () => {
    const tenant = await newTenant()
    const owner = await newAdministrator(tenant, 'owner')
    const admin = await newAdministrator(tenant, 'admin')
    const path = `/tenants/${owner.slug}/members/${owner.id}`
    expect(codeOf(await act(admin, 'DELETE', path))).toBe('FORBIDDEN')
    expect(codeOf(await act(owner, 'DELETE', path))).toBe('LAST_OWNER')
    expect((await act(owner, 'GET', `/tenants/${owner.slug}`)).status).toBe(200)
  })

  it('that lose a role while they renew their session have it in no token after', async () => {
    const tenant = await newTenant()
    const owner = await newAdministrator(tenant, 'owner')
    const admin = await newAdministrator(tenant, 'admin')
    const path = `/tenants/${owner.slug}/members/${admin.id}`
    const { refresh_token } = admin
    const options = { headers: tenant.headers }
    const [, ...renewals] = await Promise.all([
      act(owner, 'PATCH', path, { role: 'member' }),
      ...Array.from({ length: 20 }, () =>
        call<{ access_token?: string }>('/api/v1/auth/refresh', { refresh_token }, options),
      ),
    ])
    for (const { body } of renewals) {
      if (!body.access_token) continue
      const access_token = body.access_token
      expect(codeOf(await act({ access_token }, 'GET', `/tenants/${owner.slug}`))).toBe(
        'TOKEN_INVALID',
      )
    }
  })

  it('are not found in another tenant, nor by what is no id', async () => {
    const [tenant, elsewhere] = [await newTenant(), await newTenant()]
    const owner = await newAdministrator(tenant, 'owner')
    const foreign = await newAdministrator(elsewhere, 'member')
    for (const id of [foreign.id, crypto.randomUUID(), 'me']) {
      const answer = await act(owner, 'PATCH', `/tenants/${owner.slug}/members/${id}`, {
        role: 'admin',
      })
      expect([answer.status, codeOf(answer)]).toEqual([404, 'NOT_FOUND'])
    }
    const there = `/tenants/${foreign.slug}/members/${foreign.id}`
    expect(codeOf(await act(owner, 'PATCH', there, { role: 'admin' }))).toBe('NOT_FOUND')
  })

  it('are nobody’s business but administrators’', async () => {
    const tenant = await newTenant()
    const member = await newAdministrator(tenant, 'member')
    const path = `/tenants/${member.slug}/members`
    expect(codeOf(await act(member, 'GET', path))).toBe('FORBIDDEN')
    const self = await act(member, 'PATCH', `${path}/${member.id}`, { role: 'owner' })
    expect(codeOf(self)).toBe('FORBIDDEN')
    expect((await call(`/api/v1${path}`)).status).toBe(401)
    const plain = (await signIn(await preparedUserIn(tenant), { headers: tenant.headers })).body
    expect(codeOf(await act(plain, 'GET', path))).toBe('FORBIDDEN')
  })
})
