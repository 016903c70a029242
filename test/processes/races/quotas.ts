import { describe, expect, it } from 'vitest'
import { randomEmail } from '../support/client.ts'
import { oneValue } from '../support/database.ts'
import { site } from '../support/site.ts'
import { act, newMember, newSlug, newTenant } from '../support/tenants.ts'
import { crowd, startLine, tally, together } from '../support/together.ts'

/** What the day or the account has left before the race: fewer than race for it. */
const left = 3

describe('tenants of one founder', () => {
  it('are twenty, however many are asked for at once', async () => {
    const founder = await newMember('member')
    await site().database.query(
      `insert into tenants (id, slug, name, founded_by)
        select gen_random_uuid(), $2 || n, 'Founded before', $1 from generate_series(1, $3) n`,
      [founder.id, newSlug(), 20 - left],
    )
    const line = await startLine('select from users where id = $1 for update', founder.id)
    const race = together(crowd, (worker) =>
      act(founder, 'POST', '/tenants', { slug: newSlug(), name: 'One of many' }, worker),
    )
    await line.queued(crowd)
    await line.release()

    expect(tally(await race)).toEqual({ 201: left, '403 FORBIDDEN': crowd - left })
    const founded = 'select count(*)::int from tenants where founded_by = $1'
    expect(await oneValue(founded, founder.id)).toBe(20)
    const owned = `select count(*)::int from users u join tenants t on t.id = u.tenant_id
      where t.founded_by = $1 and 'owner' = any(u.roles)`
    expect(await oneValue(owned, founder.id)).toBe(left)
  })
})

describe('invitations', () => {
  it('of a tenant are two hundred a day, however many are sent at once', async () => {
    const { tenant, race } = await newRace()
    await site().database.query(
      `insert into invitations (id, tenant_id, email, role, token_hash, sends, invited_by, expires_at, revoked_at)
        values (gen_random_uuid(), $1::uuid, 'before@example.com', 'member', sha256(uuid_send($1::uuid)), $2,
          gen_random_uuid(), now(), now())`,
      [tenant.id, 200 - left],
    )
    const addresses = Array.from({ length: crowd }, () => randomEmail())
    const answers = await race((index) => addresses[index] ?? '')

    expect(tally(answers)).toEqual({ 201: left, '429 RATE_LIMITED': crowd - left })
    const written = 'select count(*)::int from outbox where recipient = any($1)'
    expect(await oneValue(written, addresses)).toBe(left)
  })

  it('to one address are five a day, however many are sent at once', async () => {
    const { tenant, race } = await newRace()
    const address = randomEmail()
    const answers = await race(() => address)

    expect(tally(answers)).toEqual({ 201: 5, '429 RATE_LIMITED': crowd - 5 })
    const sends = 'select sends from invitations where tenant_id = $1'
    expect(await oneValue(sends, tenant.id)).toBe(5)
    const written = 'select count(*)::int from outbox where recipient = $1'
    expect(await oneValue(written, address)).toBe(5)
  })
})

/** A tenant whose owner invites fifty addresses at once. */
async function newRace() {
  const tenant = await newTenant()
  const owner = await newMember('owner', tenant.headers)
  const path = `/tenants/${tenant.slug}/invitations`
  const race = async (address: (index: number) => string) => {
    const line = await startLine('select from users where id = $1 for update', owner.id)
    const sent = together(crowd, (worker, index) =>
      act(owner, 'POST', path, { email: address(index), role: 'member' }, worker),
    )
    await line.queued(crowd)
    await line.release()
    return sent
  }
  return { tenant, race }
}
