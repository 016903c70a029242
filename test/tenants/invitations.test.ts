import { describe, expect, it } from 'vitest'
import { noBranding } from '../../src/tenants/tenant.ts'
import { expectProblem } from '../http/problem-document.ts'
import { act, newAdministrator } from '../support/administrator.ts'
import {
  type Answer,
  call,
  cost,
  type Message,
  mails,
  password,
  randomEmail,
  registration,
  signIn,
  tokenIn,
} from '../support/client.ts'
import { row, rows, setUser, trailEntries } from '../support/database.ts'
import { hold } from '../support/lock.ts'
import { preparedUserIn } from '../support/prepared.ts'
import { codeOf } from '../support/problem.ts'
import { newTenant } from '../support/tenant.ts'

interface Invitation {
  id: string
  email: string
  role: string
  status: string
}

const accept = (token: string): Promise<Answer> => call('/api/v1/invitations/accept', { token })

async function invited(role = 'member', email = randomEmail()) {
  const tenant = await newTenant()
  const owner = await newAdministrator(tenant, 'owner')
  const path = `/tenants/${owner.slug}/invitations`
  const sent = await act<Invitation>(owner, 'POST', path, { email, role })
  const [mail] = (await mails(email)) as [Message]
  return { tenant, owner, path, email, sent, token: tokenIn(mail), mail }
}

describe('an invitation', () => {
  it('names the tenant as its pages and its other letters do', async () => {
    const branding = { ...noBranding, name: 'Acme Shop' }
    const tenant = await newTenant({ branding })
    const owner = await newAdministrator(tenant, 'owner')
    const email = randomEmail()
    await act(owner, 'POST', `/tenants/${owner.slug}/invitations`, { email, role: 'member' })
    const [mail] = (await mails(email)) as [Message]
    expect(mail.text).toContain('Acme Shop')
    expect(mail.text).not.toContain('A tenant of a test')
  })

  it.each([
    // The session that sets the password goes on: what it had begun before counts for nothing.
    ['a new password', 'PUT', '/auth/change-password', 201],
    ['the end of all sessions', 'POST', '/auth/logout-all', 401],
  ])(
    'that is sent while %s waits for another act opens nothing',
    async (_what, method, ending, status) => {
      const tenant = await newTenant()
      const owner = await newAdministrator(tenant, 'owner')
      const path = `/tenants/${owner.slug}/invitations`
      // An act of who has stolen the session.
      const acting = await hold('select id from users where id = $1 for share', [owner.id])
      const change = { current_password: password, new_password: 'vexing plum harbour 42' }
      const ended = act(owner, method, ending, method === 'PUT' ? change : {})
      await acting.until(1)
      const sent = act(owner, 'POST', path, { email: randomEmail(), role: 'owner' })
      await acting.until(2)
      await acting.release()
      expect([(await ended).status, (await sent).status]).toEqual([204, status])
      const reader = await newAdministrator(tenant, 'owner')
      const { body } = await act<{ invitations: Invitation[] }>(reader, 'GET', path)
      const left = body.invitations.map((invitation) => invitation.status)
      expect(left).toEqual(status === 201 ? ['revoked'] : [])
    },
  )

  it.each([
    ['owner', 400],
    ['admin', 400],
    ['member', 200],
  ])(
    'to be %s that a thief sends ends with the authority of the stolen session',
    async (role, status) => {
      const { owner, token, path, tenant, sent } = await invited(role)
      const ended = await act(owner, 'POST', '/auth/logout-all', {})
      expect(ended.status).toBe(204)
      const reader = await newAdministrator(tenant, 'owner')
      const { body } = await act<{ invitations: Invitation[] }>(reader, 'GET', path)
      const listed = body.invitations.find(({ id }) => id === sent.body.id)
      expect(listed?.status).toBe(status === 200 ? 'open' : 'revoked')
      expect((await accept(token)).status).toBe(status)
    },
  )

  it('makes an account of the invited address, which is proven by it, and signs nobody in', async () => {
    const { email, owner, sent, token, tenant, mail } = await invited('admin')
    expect(sent.status).toBe(201)
    expect(cost(sent).db).toBe(1)
    expect(sent.body).toMatchObject({ email, role: 'admin', status: 'open' })
    expect(JSON.stringify(sent.body)).not.toContain(token)
    expect(mail.text).toContain('/accept-invitation')
    expect(mail.text).toContain('A tenant of a test')

    const answer = await accept(token)
    expect(answer.status).toBe(200)
    expect(answer.body).toEqual({
      status: 'accepted',
      tenant: owner.slug,
      role: 'admin',
      user_created: true,
    })
    expect(answer.headers.get('Set-Cookie')).toBeNull()
    const account = await row(
      'select status, roles, email_verified_at is not null as proven from users where email = $1',
      [email],
    )
    expect(account).toMatchObject({ status: 'active', roles: ['member', 'admin'], proven: true })
    expect(
      await rows('select 1 from sessions s join users u on u.id = s.user_id where u.email = $1', [
        email,
      ]),
    ).toEqual([])
    await call('/api/v1/auth/forgot-password', { email }, { headers: tenant.headers })
  })

  it('names the tenant that it is for, and nobody of it', async () => {
    const { mail, owner, tenant } = await invited()
    const { name } = await row<{ name: string }>('select name from tenants where id = $1', [
      tenant.id,
    ])
    for (const side of [mail.text, mail.html]) {
      expect(side).toContain(`You are invited to ${name} as a member.`)
      expect(side).toContain(`If you do not know ${name}, there is nothing to do`)
      expect(side).not.toContain(owner.email)
    }
  })

  it('gives the account of the address its role, and takes none away', async () => {
    const { email, owner, token, tenant, path } = await invited('admin')
    await call('/api/v1/auth/register', registration(email), { headers: tenant.headers })
    const [, verification] = (await mails(email, 2)) as [Message, Message]
    expect(verification).toBeDefined()
    const known = await accept(token)
    expect(known.body).toMatchObject({ role: 'admin', user_created: false })
    await setUser(email, { roles: ['member', 'owner'] })
    await act(owner, 'POST', path, { email, role: 'member' })
    const [mail] = (await mails(email, 3)) as [Message]
    expect((await accept(tokenIn(mail))).status).toBe(200)
    expect(await row('select roles from users where email = $1', [email])).toEqual({
      roles: ['member', 'owner'],
    })
  })

  // GHSA-fmh4-wcc4-5jm3: who had registered the invited address, and never proved it, accepted.
  it('leaves nothing of who laid the account out before and never proved the address', async () => {
    const { email, token, tenant } = await invited()
    await call('/api/v1/auth/register', registration(email), { headers: tenant.headers })
    await accept(token)
    const answer = await signIn(email, { headers: tenant.headers })
    expect([answer.status, codeOf(answer)]).toEqual([401, 'INVALID_CREDENTIALS'])
  })

  it('is accepted once, by fifty at once', async () => {
    const { email, token } = await invited('admin')
    const answers = await Promise.all(Array.from({ length: 50 }, () => accept(token)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(new Set(answers.filter(({ status }) => status !== 200).map(codeOf))).toEqual(
      new Set(['TOKEN_INVALID']),
    )
    expect(await rows('select 1 from users where email = $1', [email])).toHaveLength(1)
  })

  it('is replaced by the next to the same address, whose link alone works', async () => {
    const { email, owner, path, token } = await invited('admin')
    await act(owner, 'POST', path, { email, role: 'member' })
    const [newer] = (await mails(email, 2)) as [Message]
    expect(codeOf(await accept(token))).toBe('TOKEN_INVALID')
    expect((await accept(tokenIn(newer))).body).toMatchObject({ role: 'member' })
  })

  it('is dead when revoked, expired, used or made up, and says no more', async () => {
    const revoked = await invited()
    const taken = await act(revoked.owner, 'DELETE', `${revoked.path}/${revoked.sent.body.id}`)
    expect([taken.status, cost(taken).db]).toEqual([204, 1])
    const expired = await invited()
    await rows("update invitations set expires_at = now() - interval '1 s' where id = $1", [
      expired.sent.body.id,
    ])
    const used = await invited()
    await accept(used.token)
    for (const token of [revoked.token, expired.token, used.token, `ghi_${'A'.repeat(43)}`, 'x']) {
      const answer = await accept(token)
      expect([answer.status, codeOf(answer)]).toEqual([400, 'TOKEN_INVALID'])
    }
    const list = await act<{ invitations: Invitation[] }>(revoked.owner, 'GET', revoked.path)
    expect(list.body.invitations).toMatchObject([{ status: 'revoked' }])
    const again = await act(revoked.owner, 'DELETE', `${revoked.path}/${revoked.sent.body.id}`)
    expect(codeOf(again)).toBe('NOT_FOUND')
  })

  it('is one story in the trail: sent, taken back or accepted, by its id', async () => {
    const { owner, path, email, sent, token } = await invited('admin')
    const other = await act<Invitation>(owner, 'POST', path, {
      email: randomEmail(),
      role: 'member',
    })
    await act(owner, 'DELETE', `${path}/${other.body.id}`)
    expect((await accept(token)).status).toBe(200)
    const told = async (who: string, action: string) => {
      const entries = await rows<{ reason: string; details: object }>(
        `select e.reason, e.details from audit_events e join users u on u.id = e.user_id
          where u.email = $1 and e.action = $2 order by e.id`,
        [who, action],
      )
      return entries.map(({ reason, details }) => [reason, details])
    }
    expect(await told(owner.email, 'invitation.sent')).toEqual([
      ['admin', { invitation: sent.body.id }],
      ['member', { invitation: other.body.id }],
    ])
    expect(await told(owner.email, 'invitation.revoked')).toEqual([
      [null, { invitation: other.body.id }],
    ])
    expect(await told(email, 'invitation.accepted')).toEqual([
      ['admin', { invitation: sent.body.id }],
    ])
  })

  it('to be an owner is sent by owners alone', async () => {
    const tenant = await newTenant()
    const admin = await newAdministrator(tenant, 'admin')
    const path = `/tenants/${admin.slug}/invitations`
    const email = randomEmail()
    expect(codeOf(await act(admin, 'POST', path, { email, role: 'owner' }))).toBe('FORBIDDEN')
    expect(await trailEntries(admin.email, 'admin.refused')).toMatchObject([
      { outcome: 'failure', reason: 'owners_only' },
    ])
    expect(await trailEntries(admin.email, 'invitation.sent')).toEqual([])
    expect((await act(admin, 'POST', path, { email, role: 'admin' })).status).toBe(201)
  })

  it('does nothing for a disabled account but a line in its trail, and waits until it is enabled', async () => {
    const { owner, path, tenant } = await invited('member')
    const disabled = await preparedUserIn(tenant)
    await setUser(disabled, { status: 'disabled' })
    await act(owner, 'POST', path, { email: disabled, role: 'admin' })
    const [mail] = (await mails(disabled, 2)) as [Message]
    expectProblem(await accept(tokenIn(mail)), 403, 'ACCOUNT_DISABLED')
    expect(await trailEntries(disabled, 'invitation.accepted')).toMatchObject([
      { outcome: 'failure', reason: 'account_disabled' },
    ])
    expect(await row('select status, roles from users where email = $1', [disabled])).toEqual({
      status: 'disabled',
      roles: ['member'],
    })
    const { body } = await act<{ invitations: Invitation[] }>(owner, 'GET', path)
    expect(body.invitations.find(({ email }) => email === disabled)?.status).toBe('open')
    await setUser(disabled, { status: 'active' })
    expect((await accept(tokenIn(mail))).body).toMatchObject({ status: 'accepted', role: 'admin' })
  })

  it('are not more than a tenant may send in a day', async () => {
    const { owner, path } = await invited()
    await rows(
      `insert into invitations (id, tenant_id, email, role, token_hash, invited_by, expires_at, revoked_at)
       select gen_random_uuid(), $1::uuid, n || '@example.com', 'member', decode(md5(n || $1::uuid::text), 'hex'), $2, now(), now()
       from generate_series(1, 200) n`,
      [owner.tenant.id, owner.id],
    )
    const answer = await act(owner, 'POST', path, { email: randomEmail() })
    expectProblem(answer, 429, 'RATE_LIMITED')
  })

  it('gives nothing when whoever sent it could not send it any more', async () => {
    const tenant = await newTenant()
    const owner = await newAdministrator(tenant, 'owner')
    const admin = await newAdministrator(tenant, 'admin')
    const second = randomEmail()
    const path = `/tenants/${owner.slug}/invitations`
    await act(admin, 'POST', path, { email: second, role: 'admin' })
    await act(admin, 'POST', path, { email: admin.email, role: 'admin' })
    const [[mail], [own]] = [await mails(second), await mails(admin.email, 2)] as [
      [Message],
      [Message],
    ]
    const member = `/tenants/${owner.slug}/members/${admin.id}`
    await act(owner, 'PATCH', member, { role: 'member' })
    for (const token of [tokenIn(mail), tokenIn(own)]) {
      expect(codeOf(await accept(token))).toBe('TOKEN_INVALID')
    }
    expect(await row('select roles from users where id = $1', [admin.id])).toEqual({
      roles: ['member'],
    })
  })

  it('of an owner who is removed dies with the account', async () => {
    const tenant = await newTenant()
    const [owner, leaving] = [
      await newAdministrator(tenant, 'owner'),
      await newAdministrator(tenant, 'owner'),
    ]
    const email = randomEmail()
    await act(leaving, 'POST', `/tenants/${owner.slug}/invitations`, { email, role: 'owner' })
    const [mail] = (await mails(email)) as [Message]
    await act(owner, 'DELETE', `/tenants/${owner.slug}/members/${leaving.id}`)
    expect(codeOf(await accept(tokenIn(mail)))).toBe('TOKEN_INVALID')
    expect(await rows('select 1 from users where email = $1', [email])).toEqual([])
  })

  it('is sent to one address a few times a day and no more', async () => {
    const { owner, path, email } = await invited()
    const statuses = []
    for (let sends = 0; sends < 5; sends += 1) {
      statuses.push((await act(owner, 'POST', path, { email })).status)
    }
    expect(statuses).toEqual([201, 201, 201, 201, 429])
  })

  it('is in the trail with the account that took it', async () => {
    const { email, token } = await invited()
    await accept(token)
    const found = await rows(
      `select 1 from audit_events e join users u on u.id = e.user_id
       where u.email = $1 and e.action = 'invitation.accepted'`,
      [email],
    )
    expect(found).toHaveLength(1)
  })

  it('of another tenant is not found', async () => {
    const theirs = await invited()
    const owner = await newAdministrator(await newTenant(), 'owner')
    const { id } = theirs.sent.body
    const foreign = await act(owner, 'DELETE', `/tenants/${owner.slug}/invitations/${id}`)
    expect(codeOf(foreign)).toBe('NOT_FOUND')
    expect(codeOf(await act(owner, 'GET', theirs.path))).toBe('NOT_FOUND')
  })
})
