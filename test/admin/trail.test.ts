import { sql } from 'drizzle-orm'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Verification, verifyPart } from '../../src/admin/trail/verify.ts'
import type { Caller } from '../../src/sessions/caller.ts'
import { defaultTenantId } from '../../src/tenants/tenant.ts'
import { idOf, openTrail } from '../audit/trail.ts'
import { type Administrator, act, newAdministrator } from '../support/administrator.ts'
import { call, cost, signIn } from '../support/client.ts'
import { row, rows, trailEntries, userOf } from '../support/database.ts'
import { preparedUserIn } from '../support/prepared.ts'
import { codeOf } from '../support/problem.ts'
import { newTenant } from '../support/tenant.ts'

interface Page {
  events: {
    id: string
    action: string
    user_id: string
    account: string | null
    details: object
    sealed: boolean
  }[]
  next_cursor: string | null
}

const tenant = await newTenant()
const admin = await newAdministrator(tenant, 'admin')
const { headers } = tenant
const email = await preparedUserIn(tenant)
const { id: user } = await userOf(email)
await signIn(email, { headers: { ...headers, 'CF-Connecting-IP': '198.51.100.77' } })
await signIn(email, { headers, password: 'wrong' })

/** Events of a long time ago, for what is searched by time and in pages. */
async function seedEvents(tenantId: string, count: number, day = '2025-03-01') {
  const start = Date.parse(day).toString(16).padStart(12, '0')
  await rows(
    `insert into audit_events (id, tenant_id, action, outcome, occurred_at)
     select ('${start.slice(0, 8)}-${start.slice(8)}-7' || lpad(to_hex(n / 65536), 3, '0') || '-8000-'
         || substr(md5($1::text), 1, 8) || lpad(to_hex(n % 65536), 4, '0'))::uuid,
       $1::uuid, 'session.opened', 'success', $3::timestamptz
     from generate_series(1, $2::int) as n`,
    [tenantId, count, day],
  )
}

const search = async (query: string, by: Administrator = admin) =>
  (await act<Page>(by, 'GET', `/admin/audit?${query}`)).body

describe('the trail of a tenant', () => {
  it('is shown newest first, in one round trip', async () => {
    const answer = await act<Page>(admin, 'GET', '/admin/audit')
    expect([answer.status, cost(answer).db]).toEqual([200, 1])
    const ids = answer.body.events.map(({ id }) => id)
    expect(ids).toEqual([...ids].sort().reverse())
    expect(answer.body.events[0]).toMatchObject({ action: 'sign_in.refused', user_id: user })
  })

  it('is searched by account, action, outcome, time and address', async () => {
    const actions = async (query: string) =>
      (await search(query)).events.map(({ action }) => action).sort()
    expect(await actions(`user=${user}`)).toEqual([
      'account.registered',
      'account.verified',
      'session.opened',
      'sign_in.refused',
    ])
    expect(await actions(`user=${user}&action=session.opened`)).toEqual(['session.opened'])
    expect(await actions(`user=${user}&outcome=failure`)).toEqual(['sign_in.refused'])
    expect(await actions('ip=198.51.100.7')).toEqual(['session.opened'])
    expect(await actions('ip=%25')).toEqual([])
    const now = encodeURIComponent(new Date(Date.now() + 60_000).toISOString())
    expect(await actions(`user=${user}&from=${now}`)).toEqual([])
    expect(await actions(`user=${user}&to=${now}`)).toHaveLength(4)
    expect(await actions('to=2026-01-01T00:00:00%2B06:00')).toEqual([])
  })

  it('says where the account of an event is reached today', async () => {
    const own = await newTenant()
    const keeper = await newAdministrator(own, 'admin')
    const leaving = await preparedUserIn(own)
    const { id } = await userOf(leaving)
    const accounts = async () => {
      const found = await search(`user=${id}&action=account.registered`, keeper)
      return found.events.map(({ account }) => account)
    }
    expect(await accounts()).toEqual([leaving])
    await rows(`update users set email = null, phone_e164 = '+8801711000111' where id = $1`, [id])
    expect(await accounts()).toEqual(['+8801711000111'])
    expect((await act(keeper, 'DELETE', `/admin/users/${id}`)).status).toBeLessThan(300)
    expect(await accounts()).toEqual([null])
  })

  it('is its own: no row of another is in it', async () => {
    const other = await newAdministrator(await newTenant(), 'owner')
    const mine = (await search('', other)).events
    expect(mine.length).toBeGreaterThan(0)
    expect((await search(`user=${user}`, other)).events).toEqual([])
  })

  it('comes in pages, each event once', async () => {
    const own = await newTenant()
    const keeper = await newAdministrator(own, 'admin')
    await seedEvents(own.id, 205)
    const range = 'from=2025-03-01T00:00:00Z&to=2025-03-02T00:00:00Z'
    const seen: string[] = []
    let cursor = ''
    for (let page = 0; page < 3; page += 1) {
      const { events, next_cursor } = await search(`${range}${cursor}`, keeper)
      seen.push(...events.map(({ id }) => id))
      cursor = `&cursor=${next_cursor}`
    }
    expect([new Set(seen).size, cursor]).toEqual([205, '&cursor=null'])
  })

  it.each([
    'user=1',
    'outcome=odd',
    'from=today',
    'to=2026-01-01',
    'ip=',
    'action=nothing',
    'action=%00',
    'cursor=x',
  ])('is not searched by %s', async (query) => {
    expect(codeOf(await act(admin, 'GET', `/admin/audit?${query}`))).toBe('VALIDATION_FAILED')
  })

  it.each([
    ['action=session.opend', 'action', /^One of the values/],
    ['outcome=odd', 'outcome', /^One of: success, failure\.$/],
    ['from=2026-01-31', 'from', /such as 2026-01-31T09:30:00Z/],
    ['user=1', 'user', /UUID/],
  ])('tells of %s what it should be', async (query, field, message) => {
    const answer = await act(admin, 'GET', `/admin/audit?${query}`)
    const errors = [
      { field, code: 'INVALID_VALUE', message: expect.stringMatching(message) as string },
    ]
    expect(answer).toMatchObject({ status: 422, body: { code: 'VALIDATION_FAILED', errors } })
  })

  it('is nothing that a member sees', async () => {
    const { body } = await signIn(await preparedUserIn(tenant), { headers })
    for (const path of ['/admin/audit', '/admin/audit/export', '/admin/metrics']) {
      expect(codeOf(await act(body, 'GET', path)), path).toBe('FORBIDDEN')
    }
  })

  it.each([
    ["action = 'session.opened'", 'audit_events_action_index'],
    [`user_id = '${user}'`, 'audit_events_user_index'],
  ])('has an index for %s', async (condition, index) => {
    const plan = await rows(
      `explain select * from audit_events where tenant_id = '${tenant.id}' and ${condition} order by id desc limit 101`,
    )
    const text = JSON.stringify(plan)
    // With few rows the planner may prefer another index, but it never reads the whole table.
    expect(text).not.toContain('Seq Scan')
    expect(await rows('select from pg_indexes where indexname = $1', [index])).toHaveLength(1)
  })
})

describe('the export', () => {
  const lines = async (by: Administrator, query: string) => {
    const answer = await act<{ text?: string }>(by, 'GET', `/admin/audit/export?${query}`)
    expect(answer.headers.get('Content-Type')).toBe('application/x-ndjson')
    // One line alone is JSON, too.
    const text = answer.body.text ?? JSON.stringify(answer.body)
    return text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: string; next_cursor?: string | null })
  }

  it('goes through page after page and says where it ends, and is recorded', async () => {
    const own = await newTenant()
    const keeper = await newAdministrator(own, 'admin')
    await seedEvents(own.id, 10_500, '2025-04-01')
    const range = 'from=2025-04-01T00:00:00Z&to=2025-04-02T00:00:00Z'
    const first = await lines(keeper, range)
    const cursor = first.pop()?.next_cursor
    expect([first.length, cursor]).toEqual([10_000, first.at(-1)?.id])
    const second = await lines(keeper, `${range}&cursor=${cursor}`)
    expect(second.pop()).toEqual({ next_cursor: null })
    expect(new Set([...first, ...second].map(({ id }) => id)).size).toBe(10_500)
    // Where somebody acted from is opened row by row, so many at a time.
    const pages: number[] = []
    for (let next: string | null = 'first'; next !== null; ) {
      const from: string = next === 'first' ? '' : `&cursor=${next}`
      const page: Page = await search(`${range}&ip=198.51.100.7${from}`, keeper)
      pages.push(page.events.length)
      next = page.next_cursor
    }
    expect(pages).toEqual([0, 0, 0])
    expect(await trailEntries(keeper.email, 'admin.audit_exported')).toMatchObject([
      { reason: 'from to' },
      { reason: 'from to cursor' },
    ])
  })

  it('of nothing is one line', async () => {
    expect(await lines(admin, 'action=app_version.changed')).toEqual([{ next_cursor: null }])
  })
})

describe('verification', () => {
  let owner: Administrator
  /** As `authenticate` makes it of the owner's token. */
  const callerOf = ({ id, session_id }: Administrator) =>
    ({
      tenant: { id: defaultTenantId },
      claims: { userId: id, sessionId: session_id },
      context: { ipPrefix: '192.0.2.1', country: null, userAgent: null, requestId: 'test' },
    }) as unknown as Caller
  const operator = {
    id: '00000000-0000-7000-8000-000000000001',
    headers: { 'X-Tenant': 'default' },
  }
  beforeAll(async () => {
    owner = await newAdministrator(operator, 'owner')
  })

  it('is for owners of the default tenant alone', async () => {
    const other = await newAdministrator(tenant, 'owner')
    const lesser = await newAdministrator(operator, 'admin')
    for (const by of [other, lesser]) {
      expect(codeOf(await act(by, 'POST', '/admin/audit/verify', {}))).toBe('FORBIDDEN')
    }
  })

  it('is recorded with who asked', async () => {
    const answer = await act(owner, 'POST', '/admin/audit/verify', {})
    expect([answer.status, answer.body.ok]).toEqual([200, true])
    expect(await trailEntries(owner.email, 'admin.audit_verified')).toHaveLength(1)
    expect(codeOf(await act(owner, 'POST', '/admin/audit/verify', { from_seal: 0 }))).toBe(
      'VALIDATION_FAILED',
    )
  })

  it('goes through a trail in parts that overlap, and names the first bad row', async () => {
    const trail = await openTrail()
    const verify = (from: number | null) =>
      verifyPart(trail.ports, callerOf(owner), from, { verifyRows: 25, verifySeals: 100 })
    for (const first of [1, 11, 21, 31, 41]) {
      await trail.write(first, first + 9)
      await trail.seal()
    }
    const parts = []
    for (let next: number | null = 1; next !== null; ) {
      const part: Verification = await verify(next === 1 ? null : next)
      parts.push(part)
      next = part.ok ? part.next_seal : null
    }
    const whole = { ok: true, seals: 2, anchored: 5 }
    expect(parts).toMatchObject([
      { ...whole, next_seal: 2 },
      { ...whole, next_seal: 3 },
      { ...whole, next_seal: 4 },
      { ...whole, next_seal: null },
    ])
    await trail.tamper(sql`update audit_events set reason = 'other' where id = ${idOf(35)}::uuid`)
    expect(await verify(2)).toMatchObject({ ok: true })
    expect(await verify(3)).toEqual({
      ok: false,
      reason: 'row_edited',
      seal: 4,
      first_bad_id: idOf(35),
    })
    await trail.close()
  })
})

describe('metrics', () => {
  it('count what happened, by day, in one round trip', async () => {
    const own = await newTenant()
    const keeper = await newAdministrator(own, 'admin')
    const person = await preparedUserIn(own)
    await signIn(person, { headers: own.headers })
    await signIn(person, { headers: own.headers, password: 'wrong' })
    await signIn(keeper.email, { headers: own.headers })
    await rows(
      `insert into text_counts (tenant_id, day, prefix, sent, verified)
       values ($1, (now() at time zone 'utc')::date, '+880 BD', 4, 3), ($1, (now() at time zone 'utc')::date, '*', 4, 3)`,
      [own.id],
    )
    const answer = await act<{ days: Record<string, unknown>[] }>(keeper, 'GET', '/admin/metrics')
    expect([answer.status, cost(answer).db]).toEqual([200, 1])
    expect(answer.body.days).toHaveLength(7)
    const { sessions } = await row<{ sessions: number }>(
      'select count(*)::int as sessions from sessions where tenant_id = $1',
      [own.id],
    )
    const today = answer.body.days.at(-1)
    expect(today).toMatchObject({
      sign_ins: sessions,
      failures: [{ action: 'sign_in.refused', reason: 'wrong_password', count: 1 }],
      challenged: 1,
      challenge_rate: Math.round(1_000 / sessions) / 1_000,
      texts: [{ prefix: '+880 BD', sent: 4, verified: 3, verified_share: 0.75 }],
    })
    const delivered = today?.deliveries as { channel: string; count: number }[]
    expect(delivered.every(({ channel }) => channel === 'email')).toBe(true)
    expect(delivered.reduce((sum, { count }) => sum + count, 0)).toBeGreaterThanOrEqual(2)
  })

  it('are of the days that were asked for', async () => {
    const { body } = await act<{ days: { day: string }[] }>(
      admin,
      'GET',
      '/admin/metrics?from=2024-02-28&to=2024-03-01',
    )
    expect(body.days.map(({ day }) => day)).toEqual(['2024-02-28', '2024-02-29', '2024-03-01'])
  })

  it.each([
    'from=2026-01-01&to=2026-02-01',
    'from=2026-01-02&to=2026-01-01',
    'from=x',
    'from=0000-01-01&to=0000-01-02',
    'to=0000-01-01',
    'to=2026-02-30',
  ])('are not of %s', async (query) => {
    expect(codeOf(await act(admin, 'GET', `/admin/metrics?${query}`))).toBe('VALIDATION_FAILED')
  })

  it('of the operator are asked for by a token of the operator', async () => {
    const answer = await call('/api/v1/admin/metrics', undefined, {
      token: admin.access_token,
      headers: { 'X-Tenant': 'default' },
    })
    expect(codeOf(answer)).toBe('TOKEN_INVALID')
  })
})
