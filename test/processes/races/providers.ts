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

it('removal of both last identities at one moment leaves one', async () => {
  const person = newPerson()
  const { body } = await exchange(await throughGoogle(person))
  const token = body.access_token
  const [worker] = site().workers
  const second = await googleToken(newPerson())
  await call(worker, '/api/v1/auth/identities/google', second, { token })
  const { rows } = await site().database.query(
    'select o.id from oauth_accounts o join users u on u.id = o.user_id where u.email = $1',
    [person.email],
  )
  expect(rows).toHaveLength(2)
  const line = await startLine('select from users where email = $1 for update', person.email)
  const race = together(rows.length, (each, index) =>
    call(each, `/api/v1/auth/identities/${rows[index].id}`, undefined, { method: 'DELETE', token }),
  )
  await line.queued(rows.length)
  await line.release()
  expect(tally(await race)).toEqual({ 204: 1, '409 LAST_SIGN_IN_METHOD': 1 })
  const left = await site().database.query('select from oauth_accounts where id = any($1)', [
    rows.map(({ id }) => id),
  ])
  expect(left.rowCount).toBe(1)
})
