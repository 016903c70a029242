import { describe, expect, it } from 'vitest'
import { call } from '../support/client.ts'
import { oneValue } from '../support/database.ts'
import { preparedPerson } from '../support/prepared.ts'
import {
  answerOfGoogle,
  comeBack,
  exchange,
  googleToken,
  newPerson,
  throughGoogle,
} from '../support/providers.ts'
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

  it('is taken once, when fifty bring its answer, though Google would take its code again', async () => {
    const person = newPerson()
    const answer = await answerOfGoogle(person, { fault: JSON.stringify({ at: 'spend' }) })
    const landings: URLSearchParams[] = []
    const answers = await together(crowd, async (worker) => {
      const back = await comeBack(answer, worker)
      landings.push(back.landing)
      return back
    })
    expect(tally(answers)).toEqual({ 302: crowd })
    expect(landings.filter((landing) => landing.has('code'))).toHaveLength(1)
    const refused = landings.filter((landing) => landing.get('error') === 'PROVIDER_ERROR')
    expect(refused).toHaveLength(crowd - 1)
    expect(await oneValue('select count(*)::int from users where email = $1', person.email)).toBe(1)
  })

  it('joins one of two accounts, when fifty bring it for both', async () => {
    const owners = [await preparedPerson(), await preparedPerson()]
    const person = newPerson()
    const proof = await googleToken(person)
    const answers = await together(crowd, (worker, index) => {
      const { access_token: token } = owners[Math.floor(index / 2) % 2] ?? {}
      return call(worker, '/api/v1/auth/identities/google', proof, token ? { token } : {})
    })
    const both = [0, 1].map((owner) =>
      tally(answers.filter((_, index) => Math.floor(index / 2) % 2 === owner)),
    )
    const count = (owner: number) =>
      answers.filter((_, at) => Math.floor(at / 2) % 2 === owner).length
    const [winner, loser] = both[0]?.[201] ? [0, 1] : [1, 0]
    expect(both[winner]).toEqual({ 201: count(winner) })
    expect(both[loser]).toEqual({ '409 IDENTITY_TAKEN': count(loser) })
    const holder = await oneValue(
      'select u.email from oauth_accounts o join users u on u.id = o.user_id where o.subject = $1',
      person.sub,
    )
    expect(holder).toBe(owners[winner]?.email)
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
