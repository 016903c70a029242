import { describe, expect, it } from 'vitest'
import { oneTime, throttle } from '../../../../src/policy.ts'
import {
  type Answer,
  call,
  codeIn,
  cost,
  type Message,
  mails,
  newUser,
  randomEmail,
  registration,
  tokenIn,
} from '../../../support/client.ts'
import { codeOf, comparableHeaders, withoutRequestId } from '../../../support/problem.ts'

const path = '/api/v1/auth/verify-email'

async function registered(): Promise<{ email: string; code: string; token: string }> {
  const email = randomEmail()
  await call('/api/v1/auth/register', registration(email))
  const [mail] = (await mails(email)) as [Message]
  return { email, code: codeIn(mail), token: tokenIn(mail) }
}

function guess(email: string, code: string): Promise<Answer> {
  return call(path, { email, code })
}

/** A code that is not this one. */
function wrong(code: string): string {
  return String((Number(code) + 1) % 1_000_000).padStart(6, '0')
}

async function burn(email: string, code: string): Promise<void> {
  for (let tries = 0; tries < oneTime.codeFailures; tries += 1) {
    expect((await guess(email, wrong(code))).status).toBe(400)
  }
}

describe('a code', () => {
  it('survives two wrong guesses', async () => {
    const { email, code } = await registered()
    await guess(email, wrong(code))
    await guess(email, wrong(code))
    expect((await guess(email, code)).status).toBe(200)
  })

  it('is burnt by three, and the link still works', async () => {
    const { email, code, token } = await registered()
    await burn(email, code)
    const refused = await guess(email, code)
    expect([refused.status, codeOf(refused)]).toEqual([400, 'TOKEN_INVALID'])
    expect((await call(path, { token })).status).toBe(200)
  })

  // GHSA-9j6w-2q6c-q3q8: another step of the same flow took the count of guesses back.
  it('gets no fresh guesses by being sent again', async () => {
    const { email, code } = await registered()
    await burn(email, code)
    await call(`${path}/resend`, { email })
    const [mail] = (await mails(email, 2)) as [Message]
    expect((await guess(email, codeIn(mail))).status).toBe(400)
    expect((await call(path, { token: tokenIn(mail) })).status).toBe(200)
  })

  it('gets no fresh guesses by registering again', async () => {
    const { email, code } = await registered()
    await burn(email, code)
    await call('/api/v1/auth/register', registration(email))
    const [mail] = (await mails(email, 2)) as [Message]
    expect((await guess(email, codeIn(mail))).status).toBe(400)
    expect((await call(path, { token: tokenIn(mail) })).status).toBe(200)
  })

  it('proves only the address it was sent to', async () => {
    const [one, other] = [await registered(), await registered()]
    expect((await guess(other.email, one.code)).status).toBe(400)
    expect((await guess(one.email, one.code)).status).toBe(200)
  })
})

describe('guessing', () => {
  it('waits after five tries, for known and unknown addresses alike', async () => {
    const { email, code } = await registered()
    for (const address of [email, randomEmail()]) {
      for (let tries = 0; tries < throttle.freeFailures; tries += 1) {
        expect((await guess(address, wrong(code))).status).toBe(400)
      }
      const blocked = await guess(address, code)
      expect([blocked.status, codeOf(blocked)]).toEqual([429, 'TOO_MANY_ATTEMPTS'])
      expect(blocked.headers.get('Retry-After')).toMatch(/^(2\d|30)$/)
      expect(blocked.headers.get('RateLimit-Policy')).toContain('"attempts"')
      expect(cost(blocked)).toEqual({ db: 0, do: 1, kv: 0, hash: 0 })
    }
  })

  it('costs and tells the same for a waiting, a proven and an unknown address', async () => {
    const { email, code } = await registered()
    const answers = [
      await guess(email, wrong(code)),
      await guess(await newUser(), wrong(code)),
      await guess(randomEmail(), wrong(code)),
    ]
    for (const answer of answers) {
      expect(withoutRequestId(answer)).toEqual(withoutRequestId(answers[0] as Answer))
      expect(comparableHeaders(answer)).toEqual(comparableHeaders(answers[0] as Answer))
      expect(cost(answer)).toEqual({ db: 1, do: 1, kv: 0, hash: 0 })
    }
  })
})

describe('what is no code', () => {
  it.each(['12345', '1234567', '12345a', '١٢٣٤٥٦'])(
    '%s is refused by form, without a guess counted',
    async (code) => {
      const refused = await guess(randomEmail(), code)
      expect(refused.status).toBe(422)
      expect(cost(refused)).toMatchObject({ db: 0, do: 0 })
    },
  )
})
