import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Answer } from '../support/client.ts'
import { oneValue } from '../support/database.ts'
import { signIn, type Tokens } from '../support/people.ts'
import { preparedAccount } from '../support/prepared.ts'
import { site } from '../support/site.ts'
import { act, newMember, newSlug, newTenant, refreshIn } from '../support/tenants.ts'
import { crowd, startLine, tally, together, workerOf } from '../support/together.ts'

describe('a slug', () => {
  it('wanted by two founders fifty times at once becomes one tenant of one of them', async () => {
    const founders = [await newMember('member'), await newMember('member')] as const
    const slug = newSlug()
    const line = await startLine(
      'select from users where id = any($1) for update',
      founders.map(({ id }) => id),
    )
    const founderOf = (index: number) => founders[Math.floor(index / 2) % 2 ? 1 : 0]
    const race = together(crowd, (worker, index) =>
      act(founderOf(index), 'POST', '/tenants', { slug, name: 'Wanted' }, worker),
    )
    await line.queued(crowd)
    await line.release()
    const answers = await race

    expect(tally(answers)).toEqual({ 201: 1, '409 SLUG_TAKEN': crowd - 1 })
    const { id, email } = founderOf(answers.findIndex(({ status }) => status === 201))
    const { rows } = await site().database.query(
      `select t.founded_by, u.email, u.roles from tenants t join users u on u.tenant_id = t.id
        where t.slug = $1`,
      [slug],
    )
    expect(rows).toEqual([{ founded_by: id, email, roles: ['member', 'owner'] }])
    const founded = `select count(*)::int from audit_events
      where action = 'tenant.created' and reason = $1`
    // Once there, and once where it was founded.
    expect(await oneValue(founded, slug)).toBe(2)
  })
})

/** Early sign-ins of a race are judged by the older settings, late ones begin when the newer ones are written. */
const [early, late, renewals] = [8, 8, 17]

describe('settings that one Worker has just written', () => {
  it('and that ask for a second factor leave nothing that goes on without one', async () => {
    const race = await newSettingsRace()
    const { answers, lateAnswers, lateRenewals } = await race.run({ require_mfa: true })

    for (const { body } of lateAnswers) expect(body).not.toHaveProperty('access_token')
    expect(tally(lateRenewals)).toEqual({ '401 REFRESH_INVALID': renewals })
    // Who was let in by what held a moment ago is let in for the life of one access token.
    const opened = answers.flatMap(({ status, body }) =>
      status === 200 && body.refresh_token ? [body.refresh_token] : [],
    )
    for (const [index, token] of opened.entries()) {
      const { status } = await refreshIn(race.tenant, token, workerOf(index))
      expect(status).toBe(401)
    }
  })

  it('and that close a method let nobody in by it on the other', async () => {
    const race = await newSettingsRace()
    const { lateAnswers, lateRenewals } = await race.run({ sign_in_methods: ['passkey'] })

    expect(tally(lateAnswers)).toEqual({ '403 SIGN_IN_METHOD_CLOSED': late })
    expect(tally(lateRenewals)).toEqual({ 200: renewals })
  })
})

async function newSettingsRace() {
  const tenant = await newTenant()
  const owner = await newMember('owner', tenant.headers)
  const email = await preparedAccount(tenant.headers)
  const installs = Array.from({ length: early }, () => randomUUID())
  const signInOf = (index: number) => {
    const headers = { ...tenant.headers, 'X-Install-Id': installs[index % early] ?? '' }
    return signIn(email, { worker: workerOf(index), headers })
  }
  const { body: session } = await signInOf(0)
  const renew = () =>
    together(renewals, (worker) => refreshIn(tenant, session.refresh_token, worker))

  async function run(settings: object) {
    const line = await startLine(
      `select from users u join sessions s on s.user_id = u.id where u.email = $1 for update`,
      email,
    )
    // Both Workers know the older settings by now.
    const signedIn = together(early, (_worker, index) => signInOf(index))
    await line.queued(early)
    const renewed = renew()
    await line.queued(early + renewals)
    const changed = await act(owner, 'PATCH', `/tenants/${tenant.slug}`, { settings })
    expect(changed.status).toBe(200)
    const lateSignIns = together(late, (_worker, index) => signInOf(index))
    const lateRenewed = renew()
    await line.release()
    const answers: Answer<Tokens>[] = [...(await signedIn), ...(await renewed)]
    const lateAnswers = await lateSignIns
    return { answers, lateAnswers, lateRenewals: await lateRenewed }
  }
  return { tenant, run }
}
