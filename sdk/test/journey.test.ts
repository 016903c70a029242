import { decodeBase32IgnorePadding } from '@oslojs/encoding'
import { generateHOTP } from '@oslojs/otp'
import { describe, expect, expectTypeOf, inject, it, vi } from 'vitest'
import {
  type Client,
  type Events,
  type GatehouseError,
  isGatehouseError,
  readLink,
  stateOf,
} from '../src/index.ts'
import {
  codeIn,
  linkIn,
  mailTo,
  newClient,
  newPerson,
  password,
  randomEmail,
  signedIn,
  tokenIn,
} from './support/person.ts'
import { redirectTo, throughProvider } from './support/provider.ts'

/** What an authenticator app shows, or showed so many steps ago. */
function appCode(secret: string, stepsAgo = 0): string {
  const step = Math.floor(Date.now() / 30_000) - stepsAgo
  return generateHOTP(decodeBase32IgnorePadding(secret), BigInt(step), 6)
}

/** Adds an authenticator app, of which the code of this moment is not used up. */
async function addApp(client: Client): Promise<string> {
  const left = 30_000 - (Date.now() % 30_000)
  if (left < 5_000) await new Promise((resolve) => setTimeout(resolve, left + 50))
  const setup = await client.mfa.enable({ type: 'totp' })
  const secret = 'secret' in setup ? setup.secret : ''
  const { backup_codes } = await client.mfa.confirm({ type: 'totp', code: appCode(secret, 1) })
  expect(backup_codes).toHaveLength(10)
  return secret
}

/** A session that was opened before the account got its factor, by another session. */
async function earlySession() {
  const client = newClient()
  const email = await newPerson()
  await client.login({ email, password })
  const other = newClient()
  await other.login({ email, password })
  return { client, email, secret: await addApp(other) }
}

function heard(client: Client) {
  const events: [keyof Events, unknown][] = []
  for (const name of ['signedIn', 'signedOut', 'stepUpRequired'] as const) {
    client.on(name, (event) => events.push([name, event]))
  }
  return events
}

describe('a person', () => {
  it('registers, proves the address, signs in, looks around, and signs out', async () => {
    const client = newClient({ app: { platform: 'web', version: '2.0.0' } })
    const events = heard(client)
    const email = randomEmail()
    const registered = await client.register({
      email,
      password,
      terms_accepted: true,
      privacy_accepted: true,
    })
    expect(registered).toMatchObject({ status: 'verification_required', email })
    const link = linkIn(await mailTo(email, /#token=/))
    const read = readLink(link, { origin: inject('service').publicUrl })
    expect(read?.kind).toBe('verifyEmail')
    await client.verifyEmail({ token: read && 'token' in read ? read.token : '' })

    const result = await client.login({ email, password })
    expect(stateOf(result)).toBe('signedIn')
    const me = await client.me.get()
    expect(me.email).toBe(email)
    expect((await client.me.update({ first_name: 'Ada' })).first_name).toBe('Ada')
    const { sessions } = await client.sessions.list()
    expect(sessions).toMatchObject([{ current: true, platform: 'web' }])
    const page = await client.me.activity()
    expect(page.events.map(({ action }) => action)).toContain('session.opened')

    expect(await client.logout()).toBeNull()
    expect(client.isSignedIn).toBe(false)
    await expect(client.me.get()).rejects.toMatchObject({ code: 'TOKEN_INVALID', status: 401 })
    expect(events).toEqual([
      [
        'signedIn',
        { sessionId: expect.any(String), user: { ...me, last_login_at: expect.anything() } },
      ],
      ['signedOut', { reason: 'logout' }],
    ])
  })

  it('signs out twice without an error', async () => {
    const client = await signedIn()
    await client.logout()
    await client.logout()
    expect(client.isSignedIn).toBe(false)
  })

  it('ends the other sessions and stays', async () => {
    const client = newClient()
    const email = await newPerson()
    await client.login({ email, password })
    await newClient().login({ email, password })
    await client.logoutAll({ except_current: true })
    expect((await client.sessions.list()).sessions).toHaveLength(1)
  })

  it('sets a new password by mail', async () => {
    const client = newClient()
    const email = await newPerson()
    await client.password.forgot({ email })
    const token = tokenIn(await mailTo(email, /reset-password#token=/))
    const next = 'nine quiet foxes cross the ford'
    expect(await client.password.reset({ token, password: next })).toEqual({
      status: 'password_reset',
    })
    expect(stateOf(await client.login({ email, password: next }))).toBe('signedIn')
  })

  it('changes the password and goes on with the session', async () => {
    const client = await signedIn()
    const changed = { current_password: password, new_password: 'nine quiet foxes cross the ford' }
    expect(await client.password.change(changed)).toBeNull()
    expect(await client.me.get()).toMatchObject({ status: 'active' })
  })

  it('signs in by a mailed code', async () => {
    const client = newClient()
    const email = await newPerson()
    const { challenge_id } = await client.code.send({ destination: email, type: 'email' })
    const code = codeIn(await mailTo(email, /^(?![\s\S]*verify-email)/))
    const result = await client.code.verify({ challenge_id, code })
    expect(result.user_created).toBe(false)
    expect(client.isSignedIn).toBe(true)
  })

  it('signs in by a mailed link, where the app has an id', async () => {
    const client = newClient({ sendInstallId: true })
    const email = await newPerson()
    await client.magicLink.send({ email })
    await client.magicLink.verify({ token: tokenIn(await mailTo(email, /magic-link#token=/)) })
    expect((await client.me.get()).email).toBe(email)
  })
})

describe('a sign-in provider', () => {
  it('leads back with a session, once', async () => {
    const client = newClient()
    const email = randomEmail()
    const start = await client.oauth.start({ provider: 'google', redirectTo })
    const returned = await throughProvider(start, email)
    expect(await client.oauth.finish(returned)).toMatchObject({
      kind: 'signIn',
      result: { user_created: true, user: { email } },
    })
    await expect(client.oauth.finish(returned)).rejects.toMatchObject({
      code: 'NO_SIGN_IN_PENDING',
    })
  })

  it('whose answer another app asked for signs nobody in', async () => {
    const theirs = newClient()
    const start = await theirs.oauth.start({ provider: 'google', redirectTo })
    const returned = await throughProvider(start)
    const client = newClient()
    await expect(client.oauth.finish(returned)).rejects.toMatchObject({
      code: 'NO_SIGN_IN_PENDING',
    })
    await client.oauth.start({ provider: 'google', redirectTo })
    await expect(client.oauth.finish(returned)).rejects.toMatchObject({ code: 'EXCHANGE_INVALID' })
    expect(client.isSignedIn).toBe(false)
  })

  it('adds an identity to the account', async () => {
    const client = await signedIn()
    const start = await client.oauth.start({ provider: 'github', redirectTo, link: true })
    const { email } = await client.me.get()
    const linked = await client.oauth.finish(await throughProvider(start, email ?? ''))
    expect(linked).toMatchObject({ kind: 'link', identity: { provider: 'github' } })
    const { identities } = await client.social.identities()
    expect(identities).toHaveLength(1)
    await client.social.unlink(identities[0]?.id ?? '')
    expect((await client.social.identities()).identities).toEqual([])
  })

  it('that was cancelled is told by its code', async () => {
    const client = newClient()
    await client.oauth.start({ provider: 'google', redirectTo })
    const returned = client.oauth.finish(`${redirectTo}?error=PROVIDER_DENIED`)
    await expect(returned).rejects.toMatchObject({ code: 'PROVIDER_DENIED' })
  })
})

describe('a second factor', () => {
  it('is asked for, and then there is a session', async () => {
    const { email, secret } = await earlySession()
    const client = newClient()
    const result = await client.login({ email, password })
    expect(client.isSignedIn).toBe(false)
    if (!('mfa_required' in result)) throw new Error('no factor was asked for')
    const { mfa_token } = result
    await client.mfa.verify({ mfa_token, type: 'totp', code: appCode(secret) })
    expect((await client.me.get()).mfa_enabled).toBe(true)
  })

  it('shown again raises the session, and repeats what was refused, for all who wait at once', async () => {
    const early = await earlySession()
    const events = heard(early.client)
    let prompts = 0
    early.client.onStepUp(async (error) => {
      prompts += 1
      expect(error.extensions).toEqual({ required_acr: 'aal2', max_age: 300 })
      // A request that comes after the proof is not refused.
      await vi.waitFor(() => expect(events).toHaveLength(2), { timeout: 60_000, interval: 10 })
      await early.client.mfa.verify({ type: 'totp', code: appCode(early.secret) })
      return true
    })
    const answers = await Promise.all([
      early.client.mfa.renewBackupCodes(),
      early.client.mfa.renewBackupCodes(),
    ])
    expect(answers[0]?.backup_codes).toHaveLength(10)
    expect(prompts).toBe(1)
    expect(events.map(([name]) => name)).toEqual(['stepUpRequired', 'stepUpRequired'])
  })

  it('that nobody wants to show leaves the refusal as it was', async () => {
    const early = await earlySession()
    early.client.onStepUp(async () => false)
    await expect(early.client.mfa.renewBackupCodes()).rejects.toMatchObject({
      code: 'STEP_UP_REQUIRED',
      status: 403,
    })
  })
})

describe('a refusal', () => {
  it('has its code, its status, its sentence, and the id of its request', async () => {
    const error = await newClient()
      .login({ email: await newPerson(), password: 'wrong' })
      .catch((caught: unknown) => caught)
    if (!isGatehouseError(error, 'INVALID_CREDENTIALS')) throw error
    expectTypeOf(error).toEqualTypeOf<GatehouseError<'INVALID_CREDENTIALS'>>()
    expect(error.status).toBe(401)
    expect(error.message).toMatch(/\w/)
    expect(error.requestId).toMatch(/^[\w-]{20,}$/)
  })

  it('names each field', async () => {
    const error = await newClient()
      .register({
        email: 'no address',
        password: 'x',
        terms_accepted: true,
        privacy_accepted: true,
      })
      .catch((caught: unknown) => caught)
    if (!isGatehouseError(error, 'VALIDATION_FAILED')) throw error
    expect(error.field('email')?.message).toMatch(/\w/)
    expect(error.field('password')?.code).toBe('PASSWORD_TOO_SHORT')
    expect(error.field('nothing')).toBeUndefined()
  })

  it('comes in the language that was asked for', async () => {
    const client = newClient({ language: () => 'bn' })
    const email = await newPerson(client)
    expect((await mailTo(email)).text).toMatch(/[\u0980-\u09ff]/)
  })

  it('tells of a tenant that does not exist', async () => {
    const client = newClient({ tenant: 'nobody' })
    await expect(client.login({ email: 'a@example.com', password })).rejects.toMatchObject({
      code: 'TENANT_NOT_FOUND',
    })
  })
})
