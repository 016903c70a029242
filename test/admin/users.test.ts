import { describe, expect, it } from 'vitest'
import { administration, invitation, mailBudget, tenant as tenantPolicy } from '../../src/policy.ts'
import { expectProblem } from '../http/problem-document.ts'
import { type Administrator, act, newAdministrator } from '../support/administrator.ts'
import { call, cost, mails, randomEmail, registration, signIn, tokenIn } from '../support/client.ts'
import { lettersFor, row, rows, setUser, trailEntries, userOf } from '../support/database.ts'
import { behind, hold, oneBehindTheOther } from '../support/lock.ts'
import { preparedUserIn } from '../support/prepared.ts'
import { codeOf } from '../support/problem.ts'
import { newTenant } from '../support/tenant.ts'

interface Page {
  users: { id: string; email: string; tenant: string; status: string }[]
  next_cursor: string | null
}

const tenant = await newTenant()
const owner = await newAdministrator(tenant, 'owner')
const admin = await newAdministrator(tenant, 'admin')
const { headers } = tenant
const foreign = await newTenant()
const stranger = await preparedUserIn(foreign)

async function newMember() {
  const email = await preparedUserIn(tenant)
  const { id } = await userOf(email)
  const { body } = await signIn(email, { headers })
  return { email, id, path: `/admin/users/${id}`, session: body }
}

/** Rows as an import would leave them: only searched for. */
async function seed(tenantId: string, changes: Record<string, unknown>): Promise<string> {
  const values = { status: 'active', email: randomEmail(), id: crypto.randomUUID(), ...changes }
  const names = Object.keys(values)
  const { id } = await row<{ id: string }>(
    `insert into users (tenant_id, ${names.join(', ')})
     values ($1, ${names.map((_, at) => `$${at + 2}`).join(', ')}) returning id`,
    [tenantId, ...Object.values(values)],
  )
  return id
}

/** An account that another service is said to have had. */
async function seedImported(tenantId: string, email: string, changes: object): Promise<void> {
  const id = await seed(tenantId, { email, ...changes })
  await rows(
    `insert into audit_events (id, tenant_id, user_id, action, outcome)
     values (uuidv7(), $1, $2, 'account.imported', 'success')`,
    [tenantId, id],
  )
}

const refreshed = ({ refresh_token }: { refresh_token: string }) =>
  call('/api/v1/auth/refresh', { refresh_token }, { headers })

describe('accounts', () => {
  it('are searched by how address, number or name begins', async () => {
    const mark = crypto.randomUUID().slice(0, 8)
    const ids = {
      email: await seed(tenant.id, { email: `${mark}a_b@example.com` }),
      first: await seed(tenant.id, { first_name: `${mark.toUpperCase()}ন Ada` }),
      last: await seed(tenant.id, { last_name: `${mark}z` }),
      phone: await seed(tenant.id, { phone_e164: '+8801711223344' }),
    }
    await seed(tenant.id, { email: `x${mark}@example.com` })
    await seed(foreign.id, { email: `${mark}b@example.com` })
    const found = async (q: string) => {
      const answer = await act<Page>(admin, 'GET', `/admin/users?q=${encodeURIComponent(q)}`)
      expect([answer.status, cost(answer).db]).toEqual([200, 1])
      return answer.body.users.map(({ id }) => id).sort()
    }
    expect(await found(mark)).toEqual([ids.email, ids.first, ids.last].sort())
    expect(await found(`${mark}A_`)).toEqual([ids.email])
    expect(await found(`${mark}ন`)).toEqual([ids.first])
    expect(await found('+880 1711-223')).toEqual([ids.phone])
    expect(await found('8801711223')).toEqual([ids.phone])
    expect(await found('%%')).toEqual([])
    expect(await found(`${mark}a%b`)).toEqual([])
  })

  it('are filtered by status, role and second factor', async () => {
    const own = await newTenant()
    const keeper = await newAdministrator(own, 'owner')
    const plain = await seed(own.id, {})
    const disabled = await seed(own.id, { status: 'disabled' })
    const deleted = await seed(own.id, { status: 'deleted', email: null })
    const found = async (query: string) =>
      (await act<Page>(keeper, 'GET', `/admin/users?${query}`)).body.users.map(({ id }) => id)
    expect((await found('')).sort()).toEqual([plain, disabled, keeper.id].sort())
    expect(await found('status=disabled')).toEqual([disabled])
    expect(await found('status=deleted')).toEqual([deleted])
    expect(await found('role=owner')).toEqual([keeper.id])
    expect(await found('role=admin')).toEqual([])
    expect(await found('mfa=true')).toEqual([keeper.id])
    expect((await found('mfa=false&role=member')).sort()).toEqual([plain, disabled].sort())
  })

  it('come in pages, each once', async () => {
    const own = await newTenant()
    const keeper = await newAdministrator(own, 'admin')
    await rows(
      `insert into users (id, tenant_id, status, email)
       select gen_random_uuid(), $1, 'active', gen_random_uuid() || '@example.com' from generate_series(1, 104)`,
      [own.id],
    )
    const seen: string[] = []
    let cursor = ''
    for (let page = 0; page < 3; page += 1) {
      const { body } = await act<Page>(keeper, 'GET', `/admin/users${cursor}`)
      seen.push(...body.users.map(({ id }) => id))
      cursor = `?cursor=${body.next_cursor}`
    }
    expect(cursor).toBe('?cursor=null')
    expect(new Set(seen).size).toBe(105)
    expect(seen).toEqual([...seen].sort().reverse())
  })

  it.each(['q=a', 'q=%00abc', 'status=x', 'role=king', 'mfa=1', 'cursor=1'])(
    'are not searched by %s',
    async (query) => {
      const answer = await act(admin, 'GET', `/admin/users?${query}`)
      expect([answer.status, codeOf(answer)]).toEqual([422, 'VALIDATION_FAILED'])
    },
  )

  it.each([
    [
      'q',
      "(email like 'abc%' or lower(first_name) like 'abc%' or lower(last_name) like 'abc%' or phone_e164 like '+88%')",
    ],
    ['status', "status = 'disabled'"],
    ['role', "roles && '{owner,admin}'::text[] and 'owner' = any(roles)"],
    ['mfa', 'mfa_enabled'],
  ])('have an index for %s', async (_name, condition) => {
    const plan = await rows<{ 'QUERY PLAN': string }>(
      `explain select id from users where tenant_id = '${tenant.id}' and ${condition} order by id desc limit 51`,
    )
    expect(JSON.stringify(plan)).not.toContain('Seq Scan')
  })

  it('are shown with what opens them', async () => {
    const answer = await act(admin, 'GET', `/admin/users/${owner.id}`)
    expect([answer.status, cost(answer).db]).toEqual([200, 1])
    expect(answer.body).toMatchObject({
      id: owner.id,
      tenant: owner.slug,
      has_password: true,
      live_sessions: 2,
      backup_codes_left: 10,
      identities: [],
      factors: [{ type: 'webauthn' }],
    })
    expect(answer.body.consents).toHaveLength(2)
    expect(JSON.stringify(answer.body)).not.toMatch(/hash|argon|secret/)
  })

  it('of another tenant do not exist', async () => {
    const { id } = await userOf(stranger)
    for (const [method, path, body] of [
      ['GET', `/admin/users/${id}`, undefined],
      ['PATCH', `/admin/users/${id}`, { status: 'disabled' }],
      ['DELETE', `/admin/users/${id}`, undefined],
      ['POST', `/admin/users/${id}/sessions/revoke`, undefined],
      ['POST', `/admin/users/${id}/password-reset`, undefined],
      ['GET', '/admin/users/none', undefined],
    ] as const) {
      expect(codeOf(await act(owner, method, path, body)), path).toBe('NOT_FOUND')
    }
    expect((await userOf(stranger)).status).toBe('active')
  })

  it('are nothing that a member sees', async () => {
    const { session } = await newMember()
    expect(codeOf(await act(session, 'GET', '/admin/users'))).toBe('FORBIDDEN')
  })
})

describe('an account that is disabled', () => {
  it('loses every session, half-done sign-in and link in one round trip, and its owner is told', async () => {
    const { email, id, path, session } = await newMember()
    await call('/api/v1/auth/forgot-password', { email }, { headers })
    const link = tokenIn((await mails(email, 2))[0] as never)
    const answer = await act(admin, 'PATCH', path, { status: 'disabled' })
    expect([answer.status, cost(answer).db]).toEqual([200, 1])
    expect(answer.body).toMatchObject({ id, status: 'disabled' })
    expect(codeOf(await call('/api/v1/auth/me', undefined, { token: session.access_token }))).toBe(
      'TOKEN_INVALID',
    )
    expect(codeOf(await refreshed(session))).toBe('REFRESH_INVALID')
    expect(codeOf(await signIn(email, { headers }))).toBe('ACCOUNT_DISABLED')
    const reset = { token: link, password: 'another horse battery staple 7' }
    expect(codeOf(await call('/api/v1/auth/reset-password', reset, { headers }))).toBe(
      'TOKEN_INVALID',
    )
    expect(await lettersFor(email)).toContain('changed_by_administrator')
    const [mail] = await mails(email, 3)
    expect(mail?.text).toContain('It was disabled')
    const [event] = await rows<{ details: object }>(
      `select details from audit_events where user_id = $1 and action = 'admin.user_disabled'`,
      [id],
    )
    expect(event?.details).toEqual({ administrator: admin.id })
  })

  it('opens again, and stays out of what it was signed in to', async () => {
    const { email, path, session } = await newMember()
    await act(admin, 'PATCH', path, { status: 'disabled' })
    expect((await act(admin, 'PATCH', path, { status: 'active' })).body.status).toBe('active')
    expect((await signIn(email, { headers })).status).toBe(200)
    expect(codeOf(await refreshed(session))).toBe('REFRESH_INVALID')
  })

  it('keeps no session that was opened at that very moment, also once it is open again', async () => {
    const { email, id, path } = await newMember()
    const [opened] = await oneBehindTheOther<{ status: number; body: unknown }>(id, [
      () => signIn(email, { headers }),
      () => act(admin, 'PATCH', path, { status: 'disabled' }),
    ])
    expect(opened?.status).toBe(200)
    await act(admin, 'PATCH', path, { status: 'active' })
    expect(codeOf(await refreshed(opened?.body as { refresh_token: string }))).toBe(
      'REFRESH_INVALID',
    )
  })

  it('cannot finish what it began before', async () => {
    const person = await newAdministrator(tenant, 'member')
    const half = (await signIn(person.email, { headers })).body as unknown as { mfa_token: string }
    expect(half.mfa_token).toMatch(/^ghm_/)
    await act(owner, 'PATCH', `/admin/users/${person.id}`, { status: 'disabled' })
    await act(owner, 'PATCH', `/admin/users/${person.id}`, { status: 'active' })
    const challenge = { mfa_token: half.mfa_token, type: 'webauthn' }
    expect(codeOf(await call('/api/v1/auth/mfa/challenge', challenge, { headers }))).toBe(
      'MFA_TOKEN_INVALID',
    )
  })

  it('is not disabled twice: one record, one letter', async () => {
    const { email, path } = await newMember()
    await act(admin, 'PATCH', path, { status: 'disabled' })
    expect((await act(admin, 'PATCH', path, { status: 'disabled' })).status).toBe(200)
    expect(await trailEntries(email, 'admin.user_disabled')).toHaveLength(1)
    expect((await lettersFor(email)).filter((name) => name.startsWith('changed'))).toHaveLength(1)
  })

  it('was proven before: one that waits for proof is neither opened nor closed', async () => {
    const id = await seed(tenant.id, { status: 'pending' })
    for (const status of ['active', 'disabled']) {
      const answer = await act(owner, 'PATCH', `/admin/users/${id}`, { status })
      expect([answer.status, codeOf(answer)]).toEqual([409, 'USER_PENDING'])
    }
  })
})

describe('roles', () => {
  it('are given, and taken with every session', async () => {
    const { email, path, session } = await newMember()
    const raised = await act(owner, 'PATCH', path, { roles: ['admin'] })
    expect(raised.body).toMatchObject({ roles: ['member', 'admin'] })
    expect((await act(session, 'GET', '/auth/me')).status).toBe(200)
    await act(owner, 'PATCH', path, { roles: ['member'] })
    expect(codeOf(await act(session, 'GET', '/auth/me'))).toBe('TOKEN_INVALID')
    expect(await trailEntries(email, 'admin.roles_changed')).toMatchObject([
      { reason: 'admin' },
      { reason: 'member' },
    ])
  })

  it('of owners are of owners alone', async () => {
    const { path } = await newMember()
    expect(codeOf(await act(admin, 'PATCH', path, { roles: ['owner'] }))).toBe('FORBIDDEN')
    for (const body of [{ status: 'disabled' }, { roles: ['member'] }]) {
      expect(codeOf(await act(admin, 'PATCH', `/admin/users/${owner.id}`, body))).toBe('FORBIDDEN')
    }
    for (const act_ of ['sessions/revoke', 'password-reset']) {
      expect(codeOf(await act(admin, 'POST', `/admin/users/${owner.id}/${act_}`))).toBe('FORBIDDEN')
    }
    expect(codeOf(await act(admin, 'DELETE', `/admin/users/${owner.id}`))).toBe('FORBIDDEN')
    expect((await act(owner, 'GET', '/auth/me')).status).toBe(200)
    const refusals = await trailEntries(admin.email, 'admin.refused')
    expect(refusals).toEqual(
      Array.from({ length: 6 }, () => expect.objectContaining({ reason: 'owners_only' })),
    )
  })

  it('that administer go to proven addresses alone', async () => {
    const { email, path } = await newMember()
    await setUser(email, { email_verified_at: null })
    const answer = await act(owner, 'PATCH', path, { roles: ['admin'] })
    expect([answer.status, codeOf(answer)]).toEqual([403, 'EMAIL_NOT_VERIFIED'])
    expect(await row('select roles from users where email = $1', [email])).toEqual({
      roles: ['member'],
    })
  })

  it('that are taken away take what was offered by them along', async () => {
    const own = await newTenant()
    const [keeper, former] = [
      await newAdministrator(own, 'owner'),
      await newAdministrator(own, 'admin'),
    ]
    const invited = { email: randomEmail(), role: 'admin' }
    await act(former, 'POST', `/tenants/${former.slug}/invitations`, invited)
    await act(keeper, 'PATCH', `/admin/users/${former.id}`, { roles: ['member'] })
    expect(
      await rows('select 1 from invitations where tenant_id = $1 and revoked_at is null', [own.id]),
    ).toEqual([])
  })

  it('that administer are told to every owner, once', async () => {
    const own = await newTenant()
    const [keeper, other, raised] = [
      await newAdministrator(own, 'owner'),
      await newAdministrator(own, 'owner'),
      await newAdministrator(own, 'member'),
    ]
    const heard = async ({ email }: { email: string }) =>
      (await lettersFor(email)).filter((letter) => letter === 'role_given').length
    const path = `/admin/users/${raised.id}`
    const answer = await act(keeper, 'PATCH', path, { roles: ['admin'] })
    expect([answer.status, cost(answer).db]).toEqual([200, 1])
    expect([await heard(keeper), await heard(other), await heard(raised)]).toEqual([1, 1, 0])
    expect((await mails(other.email, 2))[0]?.text).toContain('Somebody is an administrator')
    await act(keeper, 'PATCH', path, { roles: ['member'] })
    await act(keeper, 'PATCH', path, { status: 'disabled' })
    expect(await heard(other)).toBe(1)
  })

  it('leave an owner: the last one is neither disabled nor made less', async () => {
    for (const body of [{ status: 'disabled' }, { roles: ['admin', 'member'] }]) {
      const answer = await act(owner, 'PATCH', `/admin/users/${owner.id}`, body)
      expect([answer.status, codeOf(answer)]).toEqual([409, 'LAST_OWNER'])
    }
    expect((await userOf(owner.email)).status).toBe('active')
  })

  it('leave an owner also where all of them go at one moment', async () => {
    const own = await newTenant()
    const owners = await Promise.all([1, 2, 3].map(() => newAdministrator(own, 'owner')))
    const acts = owners.flatMap((actor) => owners.map((target) => ({ actor, target })))
    const answers = await Promise.all(
      acts.map(({ actor, target }, at) =>
        act(
          actor,
          'PATCH',
          `/admin/users/${target.id}`,
          at % 2 ? { status: 'disabled' } : { roles: ['member'] },
        ),
      ),
    )
    expect(answers.every(({ status }) => status < 500)).toBe(true)
    const { left } = await row<{ left: number }>(
      `select count(*)::int as left from users where tenant_id = $1 and status = 'active' and 'owner' = any(roles)`,
      [own.id],
    )
    expect(left).toBe(1)
  })

  it('leave an owner where the last two disable themselves behind one lock', async () => {
    const own = await newTenant()
    const pair = [await newAdministrator(own, 'owner'), await newAdministrator(own, 'owner')]
    const both = `select max(id::text) from (
      select id from users where tenant_id = (select tenant_id from users where id = $1) order by id for update
    ) as owners`
    const answers = await behind(
      both,
      pair[0]?.id ?? '',
      pair.map((one) => () => act(one, 'PATCH', `/admin/users/${one.id}`, { status: 'disabled' })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
  })

  it.each([
    {},
    { status: 'deleted' },
    { roles: [] },
    { roles: ['king'] },
    { email: 'a@b.example' },
  ])('and nothing else: %j is refused', async (body) => {
    const { path } = await newMember()
    expect(codeOf(await act(owner, 'PATCH', path, body))).toBe('VALIDATION_FAILED')
  })
})

describe('an account that is deleted', () => {
  it('is gone in one round trip, with every session, and its owner is told', async () => {
    const { email, id, path, session } = await newMember()
    const answer = await act(admin, 'DELETE', path)
    expect([answer.status, cost(answer).db]).toEqual([204, 1])
    expect(codeOf(await call('/api/v1/auth/me', undefined, { token: session.access_token }))).toBe(
      'TOKEN_INVALID',
    )
    expect(codeOf(await refreshed(session))).toBe('REFRESH_INVALID')
    expect((await signIn(email, { headers })).status).toBe(401)
    expect(codeOf(await act(admin, 'GET', path))).toBe('NOT_FOUND')
    expect(
      await row('select status, email, roles, audit_key from users where id = $1', [id]),
    ).toEqual({ status: 'deleted', email: null, roles: [], audit_key: null })
    const [event, ...more] = await rows<{ details: object }>(
      `select details from audit_events where user_id = $1 and action = 'admin.user_deleted'`,
      [id],
    )
    expect([event?.details, more]).toEqual([{ administrator: admin.id }, []])
    const [mail] = await mails(email, 2)
    expect(mail?.text).toContain('It was deleted')
    expect(await rows('select 1 from outbox where user_id = $1', [id])).toEqual([])
  })

  it('leaves its address to a new one', async () => {
    const { email, id, path } = await newMember()
    await act(admin, 'DELETE', path)
    await call('/api/v1/auth/register', registration(email), { headers })
    expect((await userOf(email)).id).not.toBe(id)
  })

  it('is told to webhooks', async () => {
    const { id, path } = await newMember()
    await row(
      `insert into webhook_endpoints (id, tenant_id, url, events, sealed_secret)
       values (gen_random_uuid(), $1, 'https://hooks.example/', '{admin.user_deleted}', '') returning id`,
      [tenant.id],
    )
    await act(admin, 'DELETE', path)
    const due = await rows(
      `select 1 from webhook_deliveries d join audit_events e on e.id = d.event_id where e.user_id = $1`,
      [id],
    )
    expect(due).toHaveLength(1)
  })

  it('is deleted once, also where two do so at one moment', async () => {
    const { id, path } = await newMember()
    const answers = await oneBehindTheOther(id, [
      () => act(admin, 'DELETE', path),
      () => act(owner, 'DELETE', path),
    ])
    expect(answers.map(({ status }) => status)).toEqual([204, 404])
    const told = await rows(
      `select 1 from audit_events where user_id = $1 and action = 'admin.user_deleted'`,
      [id],
    )
    expect(told).toHaveLength(1)
  })

  it('keeps no session that was opened at that very moment', async () => {
    const { email, id, path } = await newMember()
    const [opened] = await oneBehindTheOther<{ status: number; body: unknown }>(id, [
      () => signIn(email, { headers }),
      () => act(admin, 'DELETE', path),
    ])
    expect(opened?.status).toBe(200)
    expect(codeOf(await refreshed(opened?.body as { refresh_token: string }))).toBe(
      'REFRESH_INVALID',
    )
  })

  it('is not the last owner’s, nor the last two owners’ at one moment', async () => {
    const own = await newTenant()
    const pair = [await newAdministrator(own, 'owner'), await newAdministrator(own, 'owner')]
    const both = `select max(id::text) from (
      select id from users where tenant_id = (select tenant_id from users where id = $1) order by id for update
    ) as owners`
    const answers = await behind(
      both,
      pair[0]?.id ?? '',
      pair.map((one) => () => act(one, 'DELETE', `/admin/users/${one.id}`)),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 409])
    const left = pair.find((_, at) => answers[at]?.status === 409)
    if (!left) throw new Error('nobody is left')
    const last = await act(left, 'DELETE', `/admin/users/${left.id}`)
    expect([last.status, codeOf(last)]).toEqual([409, 'LAST_OWNER'])
  })

  it('may not be the one that stays where another owner is about to leave', async () => {
    const own = await newTenant()
    const [stays, leaves] = [
      await newAdministrator(own, 'owner'),
      await newAdministrator(own, 'owner'),
    ]
    await row(`update users set deletes_at = now() + interval '1 day' where id = $1 returning id`, [
      leaves.id,
    ])
    const path = `/admin/users/${stays.id}`
    expect(codeOf(await act(stays, 'DELETE', path))).toBe('LAST_OWNER')
    expect(codeOf(await act(stays, 'PATCH', path, { roles: ['member'] }))).toBe('LAST_OWNER')
  })
})

describe('an administrator', () => {
  it('ends the sessions of an account, which may sign in again', async () => {
    const { email, path, session } = await newMember()
    const answer = await act(admin, 'POST', `${path}/sessions/revoke`)
    expect([answer.status, cost(answer).db]).toEqual([204, 1])
    expect(codeOf(await refreshed(session))).toBe('REFRESH_INVALID')
    expect((await signIn(email, { headers })).status).toBe(200)
    expect(await trailEntries(email, 'admin.sessions_revoked')).toHaveLength(1)
    expect((await mails(email, 2))[0]?.text).toContain('Every device was signed out')
  })

  it('starts a reset, and the owner of the account chooses the password', async () => {
    const { email, path, session } = await newMember()
    const answer = await act(admin, 'POST', `${path}/password-reset`)
    expect([answer.status, answer.body, cost(answer).db]).toEqual([202, { status: 'accepted' }, 1])
    expect((await refreshed(session)).status).toBe(200)
    const token = tokenIn((await mails(email, 2))[0] as never)
    const chosen = 'another horse battery staple 7'
    const reset = await call(
      '/api/v1/auth/reset-password',
      { token, password: chosen },
      { headers },
    )
    expect(reset.status).toBe(200)
    expect((await signIn(email, { headers, password: chosen })).status).toBe(200)
    expect(await trailEntries(email, 'admin.reset_started')).toHaveLength(1)
  })

  it.each([
    ['without an address', { email: null, phone_e164: '+8801799887766' }],
    ['that is disabled', { status: 'disabled' }],
    ['whose address is perhaps a stranger’s', { phone_verified_at: '2026-01-01' }],
  ])('starts none for an account %s', async (_name, changes) => {
    const id = await seed(tenant.id, changes)
    const answer = await act(admin, 'POST', `/admin/users/${id}/password-reset`)
    expect([answer.status, codeOf(answer)]).toEqual([409, 'USER_NOT_REACHABLE'])
  })

  it('floods no address: beyond a budget the act is done without a letter, and a reset is refused', async () => {
    const { email, path } = await newMember()
    const count = async (letter: string) =>
      (await lettersFor(email)).filter((one) => one === letter).length
    for (let time = 0; time <= mailBudget.perWindow; time += 1) {
      const status = time % 2 === 0 ? 'disabled' : 'active'
      expect((await act(admin, 'PATCH', path, { status })).body).toMatchObject({ status })
    }
    expect((await act(admin, 'POST', `${path}/sessions/revoke`)).status).toBe(204)
    expect(await count('changed_by_administrator')).toBe(mailBudget.perWindow)

    await act(admin, 'PATCH', path, { status: 'active' })
    const resets: number[] = []
    for (let time = 0; time <= mailBudget.perWindow; time += 1) {
      resets.push((await act(admin, 'POST', `${path}/password-reset`)).status)
    }
    expect(resets).toEqual([...Array(mailBudget.perWindow).fill(202), 429])
    expect(await count('reset_password')).toBe(mailBudget.perWindow)
  })

  it('is told of whatever a stranger has had mailed before', async () => {
    const { email, path } = await newMember()
    for (let time = 0; time <= mailBudget.perWindow; time += 1) {
      await call('/api/v1/auth/register', registration(email), { headers })
    }
    await act(admin, 'PATCH', path, { status: 'disabled' })
    expect(await lettersFor(email)).toContain('changed_by_administrator')
  })

  it('of a tenant causes so many letters a day to strangers, whatever accounts are made and deleted', async () => {
    const founded = await newTenant()
    const keeper = await newAdministrator(founded, 'owner')
    const past = (action: string, times: number) =>
      rows(
        `insert into audit_events (id, tenant_id, action, outcome) select uuidv7(), $1, $2, 'success'
         from generate_series(1, $3::int)`,
        [founded.id, action, times],
      )
    await past('admin.user_deleted', administration.strangersPerDay)
    const told = (email: string) =>
      rows('select from outbox where recipient = $1 and letter = $2', [
        email,
        'changed_by_administrator',
      ])
    const imported = async (changes: object) => {
      const email = randomEmail()
      await seedImported(founded.id, email, changes)
      return { email, path: `/admin/users/${(await userOf(email)).id}` }
    }
    const now = new Date().toISOString()
    for (const stranger of [await imported({}), await imported({ email_verified_at: now })]) {
      const refused = await act(keeper, 'POST', `${stranger.path}/password-reset`)
      expectProblem(refused, 429, 'RATE_LIMITED')
      expect((await act(keeper, 'DELETE', stranger.path)).status).toBe(204)
      expect(await told(stranger.email)).toEqual([])
    }
    // Who has proven the address here hears of everything.
    const email = await preparedUserIn(founded)
    const path = `/admin/users/${(await userOf(email)).id}`
    expect((await act(keeper, 'POST', `${path}/password-reset`)).status).toBe(202)
    expect((await act(keeper, 'DELETE', path)).status).toBe(204)
    expect(await told(email)).toHaveLength(1)

    await past('invitation.sent', invitation.perDay)
    const offer = { email: randomEmail(), role: 'member' }
    const refused = await act(keeper, 'POST', `/tenants/${keeper.slug}/invitations`, offer)
    expect(codeOf(refused)).toBe('RATE_LIMITED')
  })

  it('makes owners hear of so many new roles a day', async () => {
    const founded = await newTenant()
    const keeper = await newAdministrator(founded, 'owner')
    const email = await preparedUserIn(founded)
    const path = `/admin/users/${(await userOf(email)).id}`
    for (let time = 0; time <= 2 * tenantPolicy.roleNoticesPerDay; time += 1) {
      await act(keeper, 'PATCH', path, { roles: [time % 2 ? 'member' : 'admin'] })
    }
    const sent = await rows("select from outbox where recipient = $1 and letter = 'role_given'", [
      keeper.email,
    ])
    expect(sent.length).toBeGreaterThan(0)
    expect(sent.length).toBeLessThanOrEqual(tenantPolicy.roleNoticesPerDay)
  })

  it.each([
    ['members who came by invitation', 'invitation.accepted', 'member'],
    ['roles that were taken away', 'admin.roles_changed', 'member'],
  ])('lets %s use up nothing of what tells owners of an owner', async (_what, action, reason) => {
    const founded = await newTenant()
    const keeper = await newAdministrator(founded, 'owner')
    await rows(
      `insert into audit_events (id, tenant_id, action, outcome, reason)
       select uuidv7(), $1, $2, 'success', $3 from generate_series(1, $4::int)`,
      [founded.id, action, reason, tenantPolicy.roleNoticesPerDay],
    )
    const path = `/admin/users/${(await userOf(await preparedUserIn(founded))).id}`
    expect((await act(keeper, 'PATCH', path, { roles: ['owner'] })).status).toBe(200)
    expect(await lettersFor(keeper.email)).toContain('role_given')
  })

  it('who mails a reset waits for accounts in one order, so that no two wait for each other', async () => {
    const founded = await newTenant()
    const pair = [
      await newAdministrator(founded, 'owner'),
      await newAdministrator(founded, 'owner'),
    ]
    const [first, last] = pair.toSorted((one, two) => (one.id < two.id ? -1 : 1)) as [
      Administrator,
      Administrator,
    ]
    const held = await hold('select id from users where id = $1 for update', [first.id])
    const sent = act(last, 'POST', `/admin/users/${first.id}/password-reset`)
    await held.until(1)
    // While it waits for the first, it holds nothing of the second: that could wait for the first as well.
    const free = await rows('select id from users where id = $1 for update skip locked', [last.id])
    await held.release()
    expect((await sent).status).toBe(202)
    expect(free).toHaveLength(1)
  })

  it('has shown a second factor lately, to change anything', async () => {
    const late = await newAdministrator(tenant, 'admin')
    await row(
      `update sessions set authenticated_at = now() - interval '1 hour' where id = $1 returning id`,
      [late.session_id],
    )
    const { path } = await newMember()
    expect(codeOf(await act(late, 'PATCH', path, { status: 'disabled' }))).toBe('STEP_UP_REQUIRED')
    expect((await act(late, 'GET', path)).status).toBe(200)
    expect(await trailEntries(late.email, 'admin.refused')).toMatchObject([{ reason: 'step_up' }])
  })

  it('who lost the role a moment ago changes nothing', async () => {
    const former = await newAdministrator(tenant, 'admin')
    await setUser(former.email, { roles: ['member'] })
    const { path, email } = await newMember()
    expect(codeOf(await act(former, 'PATCH', path, { status: 'disabled' }))).toBe('FORBIDDEN')
    expect((await userOf(email)).status).toBe('active')
    expect(await trailEntries(former.email, 'admin.refused')).toMatchObject([{ reason: 'role' }])
  })
})
