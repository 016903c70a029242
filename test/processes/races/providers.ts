import { describe, expect, it } from 'vitest'
import { call } from '../support/client.ts'
import { exchange, googleToken, newPerson, throughGoogle } from '../support/providers.ts'
import { site } from '../support/site.ts'
import { crowd, startLine, tally, together } from '../support/together.ts'

describe('a sign-in by a provider', () => {
  it('is exchanged once, when fifty bring its code', async () => {
    const landed = await throughGoogle(newPerson())
    const line = await startLine(
      'select from exchange_codes where user_id = (select id from users order by created_at desc limit 1) for update',
    )
    const race = together(crowd, (worker) => exchange(landed, worker))
    await line.queued(crowd)
    await line.release()
    expect(tally(await race)).toEqual({ 200: 1, '400 EXCHANGE_INVALID': crowd - 1 })
  })

  it('of a new person makes one account, when fifty come at once', async () => {
    const person = newPerson()
    const token = await googleToken(person)
    const answers = await together(crowd, (worker) =>
      call(worker, '/api/v1/auth/social/google', token),
    )
    expect(tally(answers)).toEqual({ 200: crowd })
    const { rows } = await site().database.query(
      `select (select count(*)::int from users where email = $1) as accounts,
         (select count(*)::int from oauth_accounts where subject = $2) as identities`,
      [person.email, person.sub],
    )
    expect(rows).toEqual([{ accounts: 1, identities: 1 }])
  })
})
