import { describe, expect, it } from 'vitest'
import { randomEmail } from '../support/client.ts'
import { awaitMails, breakNeighbour } from '../support/outside.ts'
import { register, signIn, tokenIn, verify } from '../support/people.ts'

/** All of a request together: SECURITY.md §5, and room for a busy machine. */
const patienceMs = 8_000 + 1_500

describe('while the DNS service and the breach list', () => {
  it.each([
    ['answer 500', { status: 500 }],
    ['cut the connection', { status: 0 }],
    ['take ten seconds', { delayMs: 10_000 }],
  ])('%s, registration answers as ever and the account works', async (_title, fault) => {
    await breakNeighbour({ channel: 'dns', ...fault })
    await breakNeighbour({ channel: 'breach', ...fault })
    const email = randomEmail()
    const started = performance.now()
    const answer = await register(email)
    expect(performance.now() - started).toBeLessThan(patienceMs)

    expect(answer.status).toBe(202)
    expect(answer.body).toEqual({ status: 'verification_required', email })
    const [mail] = await awaitMails(email)
    expect(await verify({ token: tokenIn(mail) })).toMatchObject({ status: 200 })
    expect(await signIn(email)).toMatchObject({ status: 200 })
  })

  it('are down, the passwords that everyone knows are refused all the same', async () => {
    await breakNeighbour({ channel: 'breach', status: 503 })
    const answer = await register(randomEmail(), { password: 'password1234' })
    expect(answer).toMatchObject({ status: 422, code: 'VALIDATION_FAILED' })
  })
})
