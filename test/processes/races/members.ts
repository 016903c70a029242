import { describe, expect, it } from 'vitest'
import { call, randomEmail } from '../support/client.ts'
import { oneValue, recorded } from '../support/database.ts'
import { awaitMails, until } from '../support/outside.ts'
import { me, signIn, tokenIn } from '../support/people.ts'
import { site } from '../support/site.ts'
import {
  act,
  type Member,
  newMember,
  newTenant,
  refreshIn,
  type TestTenant,
} from '../support/tenants.ts'
import { crowd, startLine, tally, together } from '../support/together.ts'
import type { TestWorker } from '../support/worker.ts'
import { expectDead, newOwner, type Owner, revokeAmidst } from './authority.ts'

describe('against sign-ins and refreshes at the same moment', () => {
  it('an account that an administrator disables has nothing alive', async () => {
    const [admin, owner] = [await newMember('admin'), await newOwner()]
    const path = `/admin/users/${idOf(owner)}`
    await revokeAmidst(owner, () => act(admin, 'PATCH', path, { status: 'disabled' }))
    await expectDead([owner.acting])
    expect(await signIn(owner.email)).toMatchObject({ code: 'ACCOUNT_DISABLED' })
  })

  it('an account that an administrator deletes has nothing alive', async () => {
    const [admin, owner] = [await newMember('admin'), await newOwner()]
    await revokeAmidst(owner, () => act(admin, 'DELETE', `/admin/users/${idOf(owner)}`))
    await expectDead([owner.acting])
    expect(await signIn(owner.email)).toMatchObject({ code: 'INVALID_CREDENTIALS' })
    // What was written at that moment loses its traces to the next sweep.
    const traces = `select count(*)::int from sessions where user_id = $1
      and (revoked_at is null or ip_prefix is not null or user_agent is not null)`
    await until('nameless sessions', async () => {
      await site().workers[1].sweep()
      return (await oneValue(traces, idOf(owner))) === 0 ? true : undefined
    })
  })

  it('an account that its owner closes has nothing alive, and is kept by nobody who was on his way', async () => {
    const owner = await newOwner()
    await revokeAmidst(owner, () => act(owner.acting, 'DELETE', '/auth/me'))
    await expectDead([owner.acting])
    const closing = 'select deletes_at is not null from users where id = $1'
    expect(await oneValue(closing, idOf(owner))).toBe(true)
    expect(await signIn(owner.email)).toMatchObject({ status: 200 })
    expect(await oneValue(closing, idOf(owner))).toBe(false)
  })
})

describe('a role that is taken away', () => {
  it('does nothing more on either Worker, and what was renewed meanwhile is dead', async () => {
    const tenant = await newTenant()
    const owner = await newMember('owner', tenant.headers)
    const admin = await newMember('admin', tenant.headers)
    const invited = Array.from({ length: 34 }, randomEmail)
    const invite = (emails: string[]) =>
      together(emails.length, (worker, index) => {
        const body = { email: emails[index], role: 'admin' }
        return act(admin, 'POST', `/tenants/${tenant.slug}/invitations`, body, worker)
      })
    const line = await startLine('select from users where id = $1 for update', admin.id)
    const early = invite(invited.slice(0, 17))
    await line.queued(17)
    const path = `/tenants/${tenant.slug}/members/${admin.id}`
    const removed = act(owner, 'PATCH', path, { role: 'member' })
    await line.queued(18)
    const late = invite(invited.slice(17))
    await line.queued(35)
    const renewed = together(crowd - 35, (worker) => refreshIn(tenant, admin.refresh_token, worker))
    await line.release()

    expect((await removed).status).toBe(200)
    expect(tally(await late)).toEqual({ '401 TOKEN_INVALID': 17 })
    const sent = (await early).flatMap(({ status, body }) =>
      status === 201 ? [String(body.email)] : [],
    )
    expect(await recorded('invitation.sent', admin.email)).toBe(sent.length)
    const opened = (await renewed).flatMap(({ status, body }) => (status === 200 ? [body] : []))
    for (const [index, tokens] of [admin, ...opened].entries()) {
      const worker = site().workers[index % 2 ? 1 : 0]
      expect((await me(tokens.access_token, worker)).status).toBe(401)
      expect((await refreshIn(tenant, tokens.refresh_token, worker)).status).toBe(401)
    }
    await expectWorthless(sent)
  })
})

/** What the two owners of a tenant can do to leave it without one. */
const departures: Record<
  string,
  (tenant: TestTenant, one: Member, other: Member, worker: TestWorker) => ReturnType<typeof act>
> = {
  'give their role up': ({ slug }, one, _other, worker) =>
    act(one, 'PATCH', `/tenants/${slug}/members/${one.id}`, { role: 'member' }, worker),
  'close their accounts': (_tenant, one, _other, worker) =>
    act(one, 'DELETE', '/auth/me', undefined, worker),
  'take the role from each other': ({ slug }, one, other, worker) =>
    act(one, 'PATCH', `/tenants/${slug}/members/${other.id}`, { role: 'member' }, worker),
  'remove each other': ({ slug }, one, other, worker) =>
    act(one, 'DELETE', `/tenants/${slug}/members/${other.id}`, undefined, worker),
  'disable each other': (_tenant, one, other, worker) =>
    act(one, 'PATCH', `/admin/users/${other.id}`, { status: 'disabled' }, worker),
}

describe('the last two owners of a tenant', () => {
  it.each(Object.entries(departures))('who %s at the same moment leave one', async (_way, go) => {
    const tenant = await newTenant()
    const one = await newMember('owner', tenant.headers)
    const other = await newMember('owner', tenant.headers)
    const line = await startLine('select from users where tenant_id = $1 for update', tenant.id)
    const isFirst = (index: number) => Math.floor(index / 2) % 2 === 0
    const race = together(crowd, (worker, index) =>
      isFirst(index) ? go(tenant, one, other, worker) : go(tenant, other, one, worker),
    )
    await line.queued(crowd)
    await line.release()
    const answers = await race

    const sides = new Set(
      answers.flatMap(({ status }, index) => (status < 300 ? [isFirst(index)] : [])),
    )
    expect(sides.size).toBe(1)
    expect(Math.max(...answers.map(({ status }) => status))).toBeLessThan(500)
    const left = `select count(*)::int from users where tenant_id = $1 and 'owner' = any(roles)
      and status = 'active' and deletes_at is null`
    expect(await oneValue(left, tenant.id)).toBe(1)
  })
})

function idOf({ acting }: Owner): string {
  return acting.user.id
}

/** Offers of somebody who may make none any more open nothing. */
async function expectWorthless(emails: readonly string[]): Promise<void> {
  for (const email of emails) {
    const token = tokenIn((await awaitMails(email))[0])
    expect(token).not.toBe('')
    const { code } = await call(site().workers[1], '/api/v1/invitations/accept', { token })
    expect(code).toBe('TOKEN_INVALID')
  }
}
