import { describe, expect, it } from 'vitest'
import { type Answer, call, randomEmail } from '../support/client.ts'
import { letters, recorded } from '../support/database.ts'
import { mailsTo, until } from '../support/outside.ts'
import { tokenIn } from '../support/people.ts'
import { preparedAccount } from '../support/prepared.ts'
import { site } from '../support/site.ts'
import { act, type Member, newMember, newTenant, type TestTenant } from '../support/tenants.ts'
import { crowd, startLine, tally, together } from '../support/together.ts'
import type { TestWorker } from '../support/worker.ts'

const once = { 200: 1, '400 TOKEN_INVALID': crowd - 1 }
const onceOfHalf = { 200: 1, '400 TOKEN_INVALID': crowd / 2 - 1 }
/** Of each four the first two: so both kinds go to both Workers. */
const isFirstKind = (index: number) => index % 4 < 2

describe('an invitation', () => {
  it.each([
    ['of somebody new', async () => randomEmail()],
    ['of a member', ({ headers }: TestTenant) => preparedAccount(headers)],
  ] as const)('%s, accepted by fifty at once, takes effect once', async (_, invited) => {
    const tenant = await newTenant()
    const { owner, email, accept } = await newInvitation(tenant, await invited(tenant))
    const line = await startLine('select from invitations where email = $1 for update', email)
    const race = together(crowd, (worker) => accept(worker))
    await line.queued(crowd)
    await line.release()

    expect(tally(await race)).toEqual(once)
    expect(await rolesOf(tenant, email)).toEqual(['admin', 'member'])
    expect(await recorded('invitation.accepted', email)).toBe(1)
    expect(await letters('role_given', owner.email)).toBe(1)
  })

  it('taken back by some while others accept it has one end', async () => {
    const tenant = await newTenant()
    const { owner, email, id, accept } = await newInvitation(tenant, randomEmail())
    const path = `/tenants/${tenant.slug}/invitations/${id}`
    const line = await startLine('select from invitations where email = $1 for update', email)
    const race = together(
      crowd,
      (worker, index): Promise<Answer> =>
        isFirstKind(index) ? accept(worker) : act(owner, 'DELETE', path, undefined, worker),
    )
    await line.queued(crowd)
    await line.release()
    const answers = await race

    const done = answers.filter(({ status }) => status < 300)
    expect(done).toHaveLength(1)
    const isAccepted = done[0]?.status === 200
    expect(await rolesOf(tenant, email)).toEqual(isAccepted ? ['admin', 'member'] : undefined)
  })

  it('that somebody else shows as well is for the person whose address it is', async () => {
    const tenant = await newTenant()
    const { email, accept } = await newInvitation(tenant, await preparedAccount(tenant.headers))
    const other = await newMember('member', tenant.headers)
    const line = await startLine('select from invitations where email = $1 for update', email)
    const race = together(crowd, (worker, index) =>
      accept(worker, isFirstKind(index) ? other : undefined),
    )
    await line.queued(crowd)
    await line.release()

    expect(tally(await race)).toEqual(once)
    expect(await administratorsOf(tenant)).toEqual([email])
    expect((await act(other, 'GET', `/tenants/${tenant.slug}/members`)).code).toBe('FORBIDDEN')
    expect(await recorded('invitation.accepted', email)).toBe(1)
    expect(await recorded('invitation.accepted', other.email)).toBe(0)
  })
})

describe('an invitation to an address whose account moves away', () => {
  it('is not for who had the address, when the move comes first', async () => {
    const { tenant, member, next, line, move, accept } = await newMove()
    const moved = together(crowd / 2, move)
    await line.queued(crowd / 2)
    const accepted = together(crowd / 2, (worker) => accept(worker))
    await line.queued(crowd)
    await line.release()

    expect([tally(await moved), tally(await accepted)]).toEqual([onceOfHalf, onceOfHalf])
    expect(await administratorsOf(tenant)).toEqual([member.email])
    expect(await rolesOf(tenant, next)).toEqual(['member'])
  })

  it('goes along with the account, when the acceptance comes first', async () => {
    const { tenant, member, next, line, move, accept } = await newMove()
    const accepted = together(crowd / 2, (worker) => accept(worker))
    await line.queued(crowd / 2)
    const moved = together(crowd / 2, move)
    await line.queued(crowd)
    await line.release()

    expect([tally(await moved), tally(await accepted)]).toEqual([onceOfHalf, onceOfHalf])
    expect(await administratorsOf(tenant)).toEqual([next])
    expect(await rolesOf(tenant, member.email)).toBeUndefined()
  })
})

describe('an invitation to an address that an account moves to', () => {
  it('is for whoever has the address in the end', async () => {
    const tenant = await newTenant()
    const { email, accept } = await newInvitation(tenant, randomEmail())
    const member = await newMember('member', tenant.headers)
    const move = await newChange(tenant, member, email)
    const line = await startLine(
      'select from invitations i, users u where i.email = $1 and u.id = $2 for update',
      email,
      member.id,
    )
    const race = together(crowd, (worker, index) =>
      isFirstKind(index) ? move(worker) : accept(worker),
    )
    await line.queued(crowd)
    await line.release()
    const answers = await race

    const accepted = answers.filter((_, index) => !isFirstKind(index))
    expect(tally(accepted)).toMatchObject({ 200: 1, '400 TOKEN_INVALID': accepted.length - 1 })
    expect(await administratorsOf(tenant)).toEqual([email])
    const hasMoved = answers.some(({ status }, index) => isFirstKind(index) && status === 200)
    expect(await rolesOf(tenant, member.email)).toEqual(hasMoved ? undefined : ['member'])
  })
})

/** An offer to administer a tenant, and its link. */
async function newInvitation(tenant: TestTenant, email: string) {
  const owner = await newMember('owner', tenant.headers)
  const path = `/tenants/${tenant.slug}/invitations`
  const { body } = await act<{ id: string }>(owner, 'POST', path, { email, role: 'admin' })
  const token = await linkTo(email, '/accept-invitation')
  /** Whoever shows it may have a session of their own. */
  const accept = (worker: TestWorker, session?: Member) =>
    call(
      worker,
      '/api/v1/invitations/accept',
      { token },
      session && { token: session.access_token },
    )
  return { owner, email, id: body.id, accept }
}

/** A member who is invited and has asked for another address; both wait at the account's row, in the order they come. */
async function newMove() {
  const tenant = await newTenant()
  const member = await newMember('member', tenant.headers)
  const { accept } = await newInvitation(tenant, member.email)
  const next = randomEmail()
  const move = await newChange(tenant, member, next)
  const line = await startLine('select from users where id = $1 for update', member.id)
  return { tenant, member, next, line, move, accept }
}

/** Asks for another address of an account; the proof of it. */
async function newChange({ headers }: TestTenant, member: Member, email: string) {
  const path = '/api/v1/auth/me/email'
  const { status } = await call(site().workers[0], path, { email }, { token: member.access_token })
  expect(status).toBe(202)
  const token = await linkTo(email, '/email/confirm')
  return (worker: TestWorker) => call(worker, `${path}/verify`, { token }, { headers })
}

async function linkTo(email: string, page: string): Promise<string> {
  return until(`a link to ${page}`, async () => {
    const mail = (await mailsTo(email)).find(({ text }) => text?.includes(page))
    return mail && tokenIn(mail)
  })
}

/** Of the account that a tenant has at an address. */
async function rolesOf({ id }: TestTenant, email: string): Promise<string[] | undefined> {
  const { rows } = await site().database.query(
    'select roles from users where tenant_id = $1 and email = $2',
    [id, email],
  )
  return rows[0]?.roles.sort()
}

/** Addresses of those who came to administer a tenant. */
async function administratorsOf({ id }: TestTenant): Promise<string[]> {
  const { rows } = await site().database.query(
    `select email from users where tenant_id = $1 and 'admin' = any(roles)`,
    [id],
  )
  return rows.map(({ email }) => email)
}
