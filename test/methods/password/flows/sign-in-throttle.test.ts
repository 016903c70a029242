import { describe, expect, it } from 'vitest'
import { throttle } from '../../../../src/policy.ts'
import {
  call,
  cost,
  type Message,
  mails,
  randomEmail,
  signIn,
  tokenIn,
} from '../../../support/client.ts'
import { lettersFor, trailEntries } from '../../../support/database.ts'
import { preparedUser } from '../../../support/prepared.ts'
import { codeOf, comparableHeaders, withoutRequestId } from '../../../support/problem.ts'
import { failedBefore } from '../../../support/throttle.ts'

const wrong = { password: 'vexing plum harbour 42' }
const app = { 'X-Install-Id': crypto.randomUUID() }
const browser = { 'X-Token-Transport': 'cookie', 'Sec-Fetch-Site': 'same-origin' }

async function fail(email: string, times: number, headers = {}): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    expect((await signIn(email, { ...wrong, headers })).status).toBe(401)
  }
}

describe('five failures', () => {
  it('are free, then the right password waits too, at known and unknown addresses alike', async () => {
    const answers = []
    for (const email of [await preparedUser(), randomEmail()]) {
      await fail(email, throttle.freeFailures)
      const blocked = await signIn(email)
      expect([blocked.status, codeOf(blocked)]).toEqual([429, 'TOO_MANY_ATTEMPTS'])
      expect(blocked.headers.get('Retry-After')).toMatch(/^(2\d|30)$/)
      expect(blocked.headers.get('RateLimit')).toMatch(/^"attempts";r=0;t=(2\d|30)$/)
      expect(cost(blocked)).toEqual({ db: 1, do: 1, kv: 0, hash: 0 })
      answers.push(blocked)
    }
    const [known, unknown] = answers as [(typeof answers)[0], (typeof answers)[0]]
    expect(withoutRequestId(known)).toEqual(withoutRequestId(unknown))
    expect(Object.keys(comparableHeaders(known))).toEqual(Object.keys(comparableHeaders(unknown)))
  })

  it('count for one address in every spelling, and for no other', async () => {
    const [email, other] = [await preparedUser(), await preparedUser()]
    await fail(email.toUpperCase().replace('@EXAMPLE', '@example'), 3)
    await fail(email, 2)
    expect((await signIn(email.toUpperCase())).status).toBe(429)
    expect((await signIn(other)).status).toBe(200)
  })

  it('count whatever address they come from', async () => {
    const email = await preparedUser()
    for (const last of [1, 2, 3, 4, 5]) {
      await fail(email, 1, { 'CF-Connecting-IP': `203.0.113.${last}` })
    }
    expect((await signIn(email)).status).toBe(429)
  })

  it('are forgiven by a success', async () => {
    const email = await preparedUser()
    await fail(email, throttle.freeFailures - 1)
    expect((await signIn(email)).status).toBe(200)
    await fail(email, throttle.freeFailures)
    expect((await signIn(email)).status).toBe(429)
  })
})

describe('a device that the account knows', () => {
  it('gets in by its install id while strangers wait', async () => {
    const email = await preparedUser()
    expect((await signIn(email, { headers: app })).status).toBe(200)
    await fail(email, throttle.freeFailures)

    expect((await signIn(email)).status).toBe(429)
    const strange = { 'X-Install-Id': crypto.randomUUID() }
    expect((await signIn(email, { headers: strange })).status).toBe(429)
    expect((await signIn(email, { headers: app })).status).toBe(200)
  })

  it('gets in by its cookie while strangers wait, also those with a cookie of their own making', async () => {
    const email = await preparedUser()
    const first = await signIn(email, { headers: browser })
    const cookie = /__Host-device=[^;]+/.exec(first.headers.get('Set-Cookie') ?? '')?.[0] ?? ''
    expect(cookie).toMatch(/^__Host-device=ghd_[\w-]{43}$/)
    await fail(email, throttle.freeFailures)

    const forged = { ...browser, Cookie: `__Host-device=ghd_${'A'.repeat(43)}` }
    expect((await signIn(email, { headers: forged })).status).toBe(429)
    expect((await signIn(email, { headers: { ...browser, Cookie: cookie } })).status).toBe(200)
  })

  it('is known to its own account only', async () => {
    const [email, other] = [await preparedUser(), await preparedUser()]
    const headers = { 'X-Install-Id': crypto.randomUUID() }
    expect((await signIn(other, { headers })).status).toBe(200)
    await fail(email, throttle.freeFailures)
    expect((await signIn(email, { headers })).status).toBe(429)
  })

  it('has five failures of its own, which block nobody else', async () => {
    const email = await preparedUser()
    await signIn(email, { headers: app })
    await fail(email, throttle.freeFailures, app)
    expect((await signIn(email, { headers: app })).status).toBe(429)
    expect((await signIn(email)).status).toBe(200)
  })
})

describe('many failures in a row', () => {
  it.each(throttle.noticesAt)('are told to the owner at %i', async (count) => {
    const email = await preparedUser()
    await failedBefore(email, count - 1)
    await fail(email, 1)
    const [mail] = (await mails(email, 2)) as [Message]
    expect(mail.subject).toBe('Failed attempts to sign in to your account')
    expect(mail.text).toContain(`${count} times in a row`)
  })

  it('are told at those counts only', async () => {
    const email = await preparedUser()
    await failedBefore(email, 10)
    await fail(email, 1)
    expect(await lettersFor(email)).toEqual(['verify_email'])
  })

  it('cost the same at an unknown address when the owner would be told', async () => {
    const [known, unknown] = [await preparedUser(), randomEmail()]
    for (const email of [known, unknown]) await failedBefore(email, 9)
    const answers = [await signIn(known, wrong), await signIn(unknown, wrong)]
    expect(answers.map(cost)).toEqual(Array(2).fill({ db: 2, do: 1, kv: 0, hash: 1 }))
  })

  it('disable the password at a hundred, until it is set anew by mail', async () => {
    const email = await preparedUser()
    await failedBefore(email, throttle.disableAt - 1)
    expect(codeOf(await signIn(email))).toBe('INVALID_CREDENTIALS')
    expect(await trailEntries(email, 'sign_in.refused')).toMatchObject([
      { reason: 'authenticator_disabled' },
    ])

    await call('/api/v1/auth/forgot-password', { email })
    const [mail] = (await mails(email, 2)) as [Message]
    const renewed = { token: tokenIn(mail), password: 'vexing plum harbour 43' }
    expect((await call('/api/v1/auth/reset-password', renewed)).status).toBe(200)
    expect((await signIn(email, { password: renewed.password })).status).toBe(200)
  })
})
