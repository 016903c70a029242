import { describe, expect, it } from 'vitest'
import { act } from '../support/administrator.ts'
import { type Answer, call, cost, signIn } from '../support/client.ts'
import { ageSession, row, setUser } from '../support/database.ts'
import { preparedSession, preparedUserIn } from '../support/prepared.ts'
import { codeOf } from '../support/problem.ts'
import { changeSettings, newTenant, type TestTenant } from '../support/tenant.ts'
import { acts } from './acts.ts'

const minute = 60
/** A little more than a test takes between two requests. */
const margin = 60

const profiles = {
  balanced: { act: 5 * minute, administrator: 30 * minute, needsFactor: false },
  strict: { act: 3 * minute, administrator: 10 * minute, needsFactor: true },
} as const

const newTenantOf = (assuranceProfile: keyof typeof profiles) => newTenant({ assuranceProfile })

/** Somebody of a tenant with a session that is so old. */
async function sessionIn(tenant: TestTenant, acr: 'aal1' | 'aal2', age = 0, roles = ['member']) {
  const email = await preparedUserIn(tenant)
  await setUser(email, { roles })
  const access_token = await preparedSession(email, acr)
  const { id } = await row<{ id: string }>(
    'select s.id from sessions s join users u on u.id = s.user_id where u.email = $1',
    [email],
  )
  if (age > 0) await ageSession(id, age)
  return { email, id, access_token }
}

/** Level and age that an answer asks for; null where the session was good enough. */
function askedBy(answer: Answer): unknown {
  if (codeOf(answer) !== 'STEP_UP_REQUIRED') return null
  const { required_acr: level, max_age: age } = answer.body
  expect(answer.headers.get('WWW-Authenticate')).toContain(
    `acr_values="${level}", max_age="${age}"`,
  )
  return [level, age]
}

describe.each(Object.entries(profiles))('by the profile %s', (name, rules) => {
  const profile = name as keyof typeof profiles

  describe.each(Object.entries(acts))('to %s', (_, { ask, old, promoted }) => {
    /** What a session asks for whose account has no second factor. */
    const level = rules.needsFactor ? (promoted ?? old) : old

    it('a session that is too old is not enough, and a younger one is', async () => {
      const tenant = await newTenantOf(profile)
      const younger = await sessionIn(tenant, 'aal2', rules.act - margin)
      const older = await sessionIn(tenant, 'aal2', rules.act + 1)
      expect(askedBy(await ask(younger.access_token))).toBeNull()
      expect(askedBy(await ask(older.access_token))).toEqual(level && [level, rules.act])
    })

    it('whoever has no second factor has to get one first, or not', async () => {
      const { access_token } = await sessionIn(await newTenantOf(profile), 'aal1')
      const asked = rules.needsFactor && promoted ? [promoted, rules.act] : null
      expect(askedBy(await ask(access_token))).toEqual(asked)
    })
  })

  it('administrators act for so long after a proof', async () => {
    const tenant = await newTenantOf(profile)
    const path = `/tenants/${tenant.headers['X-Tenant']}`
    const roles = ['member', 'admin']
    const younger = await sessionIn(tenant, 'aal2', rules.administrator - margin, roles)
    const older = await sessionIn(tenant, 'aal2', rules.administrator + 1, roles)
    const done = await act(younger, 'PATCH', path, { name: 'Renamed' })
    expect([done.status, cost(done).db]).toEqual([200, 1])
    const refused = await act(older, 'PATCH', path, { name: 'Renamed' })
    expect(askedBy(refused)).toEqual(['aal2', rules.administrator])
    expect((await act(older, 'GET', path)).status).toBe(200)
  })
})

it('a stricter profile bites at the next act, whatever the isolate remembers', async () => {
  const tenant = await newTenantOf('balanced')
  const person = await sessionIn(tenant, 'aal1')
  await changeSettings(tenant, { assuranceProfile: 'strict' }, 'not told')
  const answer = await call('/api/v1/auth/me/export', undefined, { token: person.access_token })
  expect(askedBy(answer)).toEqual(['aal2', profiles.strict.act])
})

describe('sessions of a strict tenant', () => {
  const refresh = ({ headers }: TestTenant, refresh_token: string) =>
    call('/api/v1/auth/refresh', { refresh_token }, { headers })

  it('are offered for an hour and a day at most', async () => {
    const tenant = await newTenantOf('strict')
    const { body } = await signIn(await preparedUserIn(tenant), { headers: tenant.headers })
    expect(body).toMatchObject({ refresh_expires_in: 60 * minute })
    const life = await row<{ idle: number; whole: number }>(
      `select extract(epoch from expires_at - created_at)::int as idle,
         extract(epoch from ends_at - created_at)::int as whole from sessions where id = $1`,
      [body.session_id],
    )
    expect(life).toEqual({ idle: 3_600, whole: 86_400 })
  })

  it.each([
    ['nobody used for an hour', 'last_seen_at', 3_601],
    ['were opened a day ago', 'created_at', 86_401],
  ])('that %s are over, also where they were opened for longer', async (_, column, seconds) => {
    const tenant = await newTenantOf('balanced')
    const { body } = await signIn(await preparedUserIn(tenant), { headers: tenant.headers })
    await row(
      `update sessions set ${column} = ${column} - make_interval(secs => $2) where id = $1 returning id`,
      [body.session_id, seconds],
    )
    const renewed = await refresh(tenant, body.refresh_token)
    expect(renewed.status).toBe(200)
    await row(
      `update sessions set ${column} = ${column} - make_interval(secs => $2) where id = $1 returning id`,
      [body.session_id, seconds],
    )
    await changeSettings(tenant, { assuranceProfile: 'strict' }, 'not told')
    const over = await refresh(tenant, String(renewed.body.refresh_token))
    expect([over.status, codeOf(over)]).toEqual([401, 'REFRESH_INVALID'])
  })
})

describe('a remembered device', () => {
  it('stands for the second factor, and for none in a strict tenant', async () => {
    const tenant = await newTenantOf('balanced')
    const installId = crypto.randomUUID()
    const headers = { ...tenant.headers, 'X-Install-Id': installId }
    const email = await preparedUserIn(tenant)
    await signIn(email, { headers })
    await row(
      `with person as (update users set mfa_enabled = true where email = $1 returning *), app as (
         insert into factors (id, tenant_id, user_id, type) select gen_random_uuid(), tenant_id, id, 'totp' from person
       )
       update devices d set remembered_until = now() + interval '1 day', remembered_version = p.authority_version
       from person p where d.user_id = p.id returning d.id`,
      [email],
    )
    const passed = await signIn(email, { headers })
    expect(passed.body).toHaveProperty('access_token')
    await changeSettings(tenant, { assuranceProfile: 'strict' }, 'not told')
    expect((await signIn(email, { headers })).body).toMatchObject({ mfa_required: true })
    // The session that the device has opened before goes no further either.
    const { refresh_token } = passed.body
    const over = await call('/api/v1/auth/refresh', { refresh_token }, { headers })
    expect([over.status, codeOf(over)]).toEqual([401, 'REFRESH_INVALID'])
  })
})
