import { describe, expect, it } from 'vitest'
import { call, unlessBusy } from '../support/client.ts'
import { oneValue, recorded } from '../support/database.ts'
import { newPending, signIn, verify } from '../support/people.ts'
import { site } from '../support/site.ts'
import { crowd, startLine, tally, together } from '../support/together.ts'

/** Each Worker of these tests has Durable Objects of its own, so the throttle lets five by at each of the two. */
const admitted = 10
const comparedAtMost = 3

const tokensOf = `select from one_time_tokens
  where user_id = (select id from users where email = $1) for update`

describe('a mailed code', () => {
  it('typed by fifty at once proves the address once', async () => {
    const { email, code } = await newPending()
    const line = await startLine(tokensOf, email)
    const race = together(crowd, (worker) => verify({ email, code }, worker))
    await line.queued(admitted)
    await line.release()

    expect(tally(await race)).toEqual({
      200: 1,
      '400 TOKEN_INVALID': admitted - 1,
      '429 TOO_MANY_ATTEMPTS': crowd - admitted,
    })
    expect(await recorded('account.verified', email)).toBe(1)
  })

  it('is compared with three of 199 guesses, and refused when it comes after them', async () => {
    const { email, code } = await newPending()
    const wrong = wrongCodes(code, 199)
    const line = await startLine(tokensOf, email)
    const race = together(wrong.length, (worker, index) =>
      verify({ email, code: wrong[index] ?? '' }, worker),
    )
    await line.queued(admitted)
    await line.release()

    expect(tally(await race)).toEqual({
      '400 TOKEN_INVALID': admitted,
      '429 TOO_MANY_ATTEMPTS': wrong.length - admitted,
    })
    expect(await failuresOf(email)).toBe(comparedAtMost)
    for (const worker of site().workers) {
      const late = await verify({ email, code }, worker)
      expect([400, 429]).toContain(late.status)
    }
    expect(await signIn(email)).toMatchObject({ code: 'EMAIL_NOT_VERIFIED' })
  })

  it('among 199 guesses at the same moment works only if it is one of the first three', async () => {
    const { email, code } = await newPending()
    const guesses = wrongCodes(code, 199)
    guesses.splice(7, 0, code)
    const answers = await together(guesses.length, (worker, index) =>
      verify({ email, code: guesses[index] ?? '' }, worker),
    )

    const successes = answers.filter(({ status }) => status === 200).length
    expect(successes).toBeLessThanOrEqual(1)
    expect(await failuresOf(email)).toBeLessThanOrEqual(comparedAtMost)
    if (successes === 0) expect(await failuresOf(email)).toBe(comparedAtMost)
    const signedIn = await signIn(email)
    expect(signedIn.status).toBe(successes === 1 ? 200 : 403)
  })

  it('is refused after three wrong ones, though the throttle would let it by', async () => {
    const { email, code } = await newPending()
    for (const guess of wrongCodes(code, comparedAtMost)) await verify({ email, code: guess })
    expect(await verify({ email, code })).toMatchObject({ status: 400, code: 'TOKEN_INVALID' })
    expect(await signIn(email)).toMatchObject({ code: 'EMAIL_NOT_VERIFIED' })
  })

  it('that is new does not give three more guesses', async () => {
    const { email, code } = await newPending()
    for (const guess of wrongCodes(code, comparedAtMost)) await verify({ email, code: guess })
    const resend = () => call(site().workers[0], '/api/v1/auth/verify-email/resend', { email })
    expect(await unlessBusy(resend)).toMatchObject({ status: 202 })
    expect(await failuresOf(email)).toBe(comparedAtMost)
  })
})

function wrongCodes(code: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) =>
    String((Number(code) + 1 + index * 37) % 1_000_000).padStart(6, '0'),
  )
}

/** The lowest count of the address's open codes: how many more guesses there are. */
function failuresOf(email: string): Promise<number> {
  return oneValue(
    `select min(code_failures) from one_time_tokens t join users u on u.id = t.user_id
      where u.email = $1`,
    email,
  )
}
