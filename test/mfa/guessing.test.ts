import { describe, expect, it, vi } from 'vitest'
import { mailedCode, oneTimeCode, throttle } from '../../src/policy.ts'
import { sentCode, verify as verifyCode } from '../methods/code/codes.ts'
import { addTotp, codeOf as totpOf } from '../support/authenticator.ts'
import {
  type Answer,
  call,
  codeIn,
  type Message,
  mails,
  randomAddress,
  randomEmail,
  randomPhone,
  signIn,
  type Tokens,
  tokenIn,
} from '../support/client.ts'
import { ageCodes } from '../support/codes.ts'
import { ageMailedCodes, trailEntries } from '../support/database.ts'
import { type Key, newKey, type Options } from '../support/key.ts'
import { loginOptions, loginVerify, register } from '../support/passkey.ts'
import { preparedUserIn } from '../support/prepared.ts'
import { codeOf } from '../support/problem.ts'
import { newTenant } from '../support/tenant.ts'

const auth = '/api/v1/auth'
const guesses = 500
const addresses = 100
const signIns = 20
/** As many as one isolate takes at a time. */
const wave = 50

/** A tenant that allows every factor. */
const tenant = await newTenant({ emailFactor: true })
const { headers } = tenant

function post<T = Record<string, unknown>>(
  path: string,
  body: unknown,
  how: { token?: string; headers?: Record<string, string> } = {},
): Promise<Answer<T>> {
  return call<T>(`${auth}/${path}`, body, { ...how, headers: { ...headers, ...how.headers } })
}

/** A factor as its owner uses it. */
interface Factor {
  type: string
  /** What shows it at a pending sign-in of a device that the account knows. */
  right(mfaToken: string): Promise<object>
}

interface Owner extends Factor {
  email: string
  key: Key
  /** What the app on a known device sends. */
  app: Record<string, string>
  backupCodes: string[]
}

type Enrolled = Factor & { backupCodes: string[] }
type Enrol = (session: { email: string; token: string }) => Promise<Enrolled>

const enrolApp: Enrol = async ({ token }) => {
  const { secret, backupCodes } = await addTotp({ access_token: token })
  const right = async () => ({ code: totpOf(secret) })
  return { type: 'totp', right, backupCodes }
}

interface Confirmed {
  backup_codes: string[]
}

function enrolSent(type: 'email' | 'sms' | 'whatsapp'): Enrol {
  return async ({ email, token }) => {
    const address = type === 'email' ? email : randomPhone()
    const named = type === 'email' ? {} : { phone_e164: address }
    const newest = async (count: number) => {
      const found = (await mails(address, count)) as [Message]
      return { code: codeIn(found[0]), count: found.length }
    }
    await post('mfa/enable', { type, ...named }, { token })
    const { code } = await newest(type === 'email' ? 2 : 1)
    const { body } = await post<Confirmed>('mfa/confirm', { type, code }, { token })
    const right = async (mfa_token: string) => {
      const { length } = await mails(address)
      expect((await post('mfa/challenge', { mfa_token, type })).status).toBe(200)
      return { code: (await newest(length + 1)).code }
    }
    return { type, right, backupCodes: body.backup_codes }
  }
}

const enrolCodes: Enrol = async (session) => {
  const { backupCodes } = await enrolApp(session)
  const right = async () => ({ code: backupCodes[9] })
  return { type: 'backup_code', right, backupCodes }
}

const enrolKey: Enrol = async ({ token }) => {
  const key = await newKey()
  const { body } = await register(token, key, 'security_key', {}, headers)
  const right = async (mfa_token: string) => {
    const asked = { mfa_token, type: 'webauthn' }
    const { body: options } = await post<Options>('mfa/challenge', asked)
    return { credential: await key.get(options) }
  }
  return { type: 'webauthn', right, backupCodes: body.backup_codes ?? [] }
}

/** A person with the factor, a passkey, and a device that the account knows. */
async function ownerOf(enrol: Enrol): Promise<Owner> {
  const email = await preparedUserIn(tenant)
  const { body } = await signIn(email, { headers })
  const token = body.access_token
  const enrolled = await enrol({ email, token })
  const [first, second] = enrolled.backupCodes
  await post('mfa/verify', { type: 'backup_code', code: first }, { token })
  const key = await newKey()
  expect((await register(token, key, 'passkey', {}, headers)).status).toBe(201)
  const app = { 'X-Install-Id': crypto.randomUUID() }
  const shown = { mfa_token: await pendingOf(email, app), type: 'backup_code', code: second }
  expect((await post('mfa/verify', shown, { headers: app })).status).toBe(200)
  return { ...enrolled, email, key, app }
}

async function pendingOf(email: string, app: Record<string, string> = {}): Promise<string> {
  const { body } = await signIn(email, { headers: { ...headers, ...app } })
  return (body as unknown as { mfa_token: string }).mfa_token
}

type Send = (n: number, from: object) => Promise<Answer<unknown>>

/**
 * Sends so many guesses in waves, each from one of the addresses; how many answers there were of each kind. The clock of
 * the service stands: on a slow machine the first wait would pass.
 */
async function guess(send: Send, atOnce = wave): Promise<Record<string, number>> {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
  try {
    return await guessAtOneMoment(send, atOnce)
  } finally {
    vi.useRealTimers()
  }
}

async function guessAtOneMoment(send: Send, atOnce: number): Promise<Record<string, number>> {
  const from = Array.from({ length: addresses }, () => ({ 'CF-Connecting-IP': randomAddress() }))
  const tally: Record<string, number> = {}
  for (let first = 0; first < guesses; first += atOnce) {
    const sent = Array.from({ length: atOnce }, (_, n) => {
      return send(first + n, from[(first + n) % addresses] ?? {})
    })
    for (const answer of await Promise.all(sent)) {
      tally[codeOf(answer)] = (tally[codeOf(answer)] ?? 0) + 1
    }
  }
  return tally
}

async function expectOwnerGetsIn({ email, key, app, type, right }: Owner): Promise<void> {
  const options = await loginOptions(undefined, { headers })
  const byKey = await loginVerify(options, await key.get(options), { headers })
  expect(byKey.status).toBe(200)
  const mfa_token = await pendingOf(email, app)
  const shown = { mfa_token, type, ...(await right(mfa_token)) }
  expect((await post<Tokens>('mfa/verify', shown, { headers: app })).status).toBe(200)
}

const enrolments: Record<string, Enrol> = {
  'an authenticator app': enrolApp,
  'a backup code': enrolCodes,
  'a mailed code': enrolSent('email'),
  'a code by SMS': enrolSent('sms'),
  'a code by WhatsApp': enrolSent('whatsapp'),
}

// CVE-2025-64102, GHSA-c55g-q6f4-5qxr: guesses were counted by session or by address, so that new ones were free.
describe(`${guesses} guesses from ${addresses} addresses at ${signIns} sign-ins`, () => {
  it.each(Object.entries(enrolments))(
    'of %s: five are compared, and its owner gets in',
    async (_name, enrol) => {
      const owner = await ownerOf(enrol)
      const { email, type } = owner
      const pending: string[] = []
      for (let n = 0; n < signIns; n += 1) pending.push(await pendingOf(email))
      // Where codes are sent, there is one to be guessed.
      const sent = await post('mfa/challenge', { mfa_token: pending[0], type })
      const isSent = ['email', 'sms', 'whatsapp'].includes(type)
      expect(sent.status).toBe(isSent ? 429 : 422)
      if (isSent) {
        await ageMailedCodes(email, mailedCode.resendAfter)
        expect((await post('mfa/challenge', { mfa_token: pending[0], type })).status).toBe(200)
      }
      const wrong = type === 'backup_code' ? 'AAAA-AAAA-AAAA-AAAA-AAAA' : '000000'
      const tally = await guess((n, from) => {
        const body = { mfa_token: pending[n % signIns], type, code: wrong }
        return post('mfa/verify', body, { headers: { ...from } })
      })
      expect(tally).toEqual({
        MFA_CODE_INVALID: throttle.freeFailures,
        TOO_MANY_ATTEMPTS: guesses - throttle.freeFailures,
      })
      expect(await trailEntries(email, 'mfa.refused')).toHaveLength(throttle.freeFailures)
      await expectOwnerGetsIn(owner)
    },
    120_000,
  )

  it('of a signature: five are written down, and the key itself still works', async () => {
    const owner = await ownerOf(enrolKey)
    const { email } = owner
    const pending: string[] = []
    for (let n = 0; n < signIns; n += 1) pending.push(await pendingOf(email))
    const [mfa_token] = pending
    const thief = await newKey()
    const { body: options } = await post<Options>('mfa/challenge', { mfa_token, type: 'webauthn' })
    const id = options.options.allowCredentials?.[0]?.id
    const credential = { ...(await thief.get(options)), id, rawId: id }
    const tally = await guess((n, from) => {
      const body = { mfa_token: pending[n % signIns], type: 'webauthn', credential }
      return post('mfa/verify', body, { headers: { ...from } })
    })
    expect(tally).toEqual({
      WEBAUTHN_INVALID: throttle.freeFailures,
      TOO_MANY_ATTEMPTS: guesses - throttle.freeFailures,
    })
    expect(await trailEntries(email, 'mfa.refused')).toHaveLength(throttle.freeFailures)
    await expectOwnerGetsIn(owner)
  }, 120_000)

  it('of a passkey at the sign-in: five are written down, and the key itself still works', async () => {
    const owner = await ownerOf(enrolApp)
    const thief = await newKey()
    const { id } = await owner.key.get(await loginOptions(undefined, { headers }))
    const asked: Options[] = []
    for (let n = 0; n < signIns; n += 1) asked.push(await loginOptions(undefined, { headers }))
    const signed = await Promise.all(
      asked.map(async (options) => ({ ...(await thief.get(options)), id, rawId: id })),
    )
    const tally = await guess((n, from) => {
      const options = asked[n % signIns] as Options
      return loginVerify(options, signed[n % signIns], { headers: { ...headers, ...from } })
    })
    expect(tally).toEqual({
      WEBAUTHN_INVALID: throttle.freeFailures,
      TOO_MANY_ATTEMPTS: guesses - throttle.freeFailures,
    })
    await expectOwnerGetsIn(owner)
  }, 120_000)

  it('of a kind that the account does not have: its owner sets it up all the same', async () => {
    const { email, type, right } = await ownerOf(enrolApp)
    const mfa_token = await pendingOf(email)
    const tally = await guess((_n, from) => {
      return post(
        'mfa/verify',
        { mfa_token, type: 'sms', code: '000000' },
        { headers: { ...from } },
      )
    })
    expect(tally).toMatchObject({ MFA_CODE_INVALID: throttle.freeFailures })

    const own = await pendingOf(email)
    const shown = { mfa_token: own, type, ...(await right(own)) }
    const { body } = await post<Tokens>('mfa/verify', shown)
    await enrolSent('sms')({ email, token: body.access_token })
    const added = await trailEntries(email, 'mfa.factor_added')
    expect(added.map(({ reason }) => reason)).toEqual(['totp', 'webauthn', 'sms'])
  }, 120_000)

  it('of a code that sets a factor up: its owner does so from a known device', async () => {
    const email = await preparedUserIn(tenant)
    const app = { 'X-Install-Id': crypto.randomUUID() }
    const own = await signIn(email, { headers: { ...headers, ...app } })
    const token = (await signIn(email, { headers })).body.access_token
    await post('mfa/enable', { type: 'sms', phone_e164: randomPhone() }, { token })
    const tally = await guess((_n, from) => {
      return post('mfa/confirm', { type: 'sms', code: '000000' }, { token, headers: { ...from } })
    })
    expect(tally).toEqual({
      MFA_CODE_INVALID: throttle.freeFailures,
      TOO_MANY_ATTEMPTS: guesses - throttle.freeFailures,
    })
    await enrolSent('sms')({ email, token: own.body.access_token })
    expect(await trailEntries(email, 'mfa.factor_added')).toMatchObject([{ reason: 'sms' }])
  }, 120_000)

  it('of a code that raises a session: five are compared, and its owner goes on', async () => {
    const email = randomEmail()
    const app = { 'X-Install-Id': crypto.randomUUID() }
    const enter = async (from: Record<string, string>, messages: number): Promise<string> => {
      const how = { headers: { ...headers, ...from } }
      const { challenge, code } = await sentCode(email, {}, how, messages)
      const { body } = await verifyCode(challenge, code, {}, how)
      await ageCodes(email, oneTimeCode.window, 'code', tenant.id)
      return body.access_token
    }
    const own = await enter(app, 1)
    const again = await enter(app, 2)
    const stolen = await enter({}, 3)
    expect((await post('mfa/challenge', { type: 'email' }, { token: stolen })).status).toBe(200)
    await mails(email, 4)
    const tally = await guess((_n, from) => {
      const body = { type: 'email', code: '000000' }
      return post('mfa/verify', body, { token: stolen, headers: { ...from } })
    })
    expect(tally).toEqual({
      MFA_CODE_INVALID: throttle.freeFailures,
      TOO_MANY_ATTEMPTS: guesses - throttle.freeFailures,
    })
    expect(await trailEntries(email, 'mfa.refused')).toHaveLength(throttle.freeFailures)

    const how = { token: again, headers: app }
    expect((await post('mfa/challenge', { type: 'email' }, how)).status).toBe(200)
    const [mail] = (await mails(email, 5)) as [Message]
    const shown = { type: 'email', code: codeIn(mail) }
    expect((await post('mfa/verify', shown, { token: own, headers: app })).status).toBe(401)
    expect((await post('mfa/verify', shown, how)).status).toBe(200)
  }, 120_000)

  it('of a backup code at a recovery: five are compared, and its owner gets in', async () => {
    const owner = await ownerOf(enrolCodes)
    const { email } = owner
    const { length } = await mails(email)
    await post('recover', { email })
    const [mail] = (await mails(email, length + 1)) as [Message]
    const token = tokenIn(mail)
    const tally = await guess((_n, from) => {
      const backup_code = 'AAAA-AAAA-AAAA-AAAA-AAAA'
      const body = { token, new_password: 'vexing plum harbour 42', backup_code }
      return post('recover/verify', body, { headers: { ...from } })
      // Each hashes a password first: a full queue would turn them away before any is counted.
    }, 10)
    const { freeFailures } = throttle
    expect(tally).toEqual({
      MFA_CODE_INVALID: freeFailures,
      TOO_MANY_ATTEMPTS: guesses - freeFailures,
    })
    expect(await trailEntries(email, 'recovery.refused')).toHaveLength(freeFailures)
    await expectOwnerGetsIn(owner)
  }, 240_000)
})
