import type { Page } from 'puppeteer-core'
import { describe, expect, it } from 'vitest'
import { recorded } from '../support/database.ts'
import { password, type Tokens } from '../support/people.ts'
import { preparedAccount } from '../support/prepared.ts'
import { site, useSharedSite } from '../support/site.ts'
import { type Authenticator, plugIn } from './authenticator.ts'
import { openPage, useBrowser } from './browser.ts'
import { foreignPage } from './foreign-page.ts'
import { type Asked, createKey, send, showKey } from './in-page.ts'

useSharedSite()
useBrowser()

const auth = '/api/v1/auth'
const webauthn = `${auth}/webauthn`

function home(): string {
  return `http://localhost:${new URL(site().workers[0].url).port}/login`
}

async function signIn(page: Page, email: string): Promise<Tokens & { mfa_token: string }> {
  const { status, body } = await send<Tokens & { mfa_token: string }>(page, `${auth}/login`, {
    email,
    password,
  })
  expect(status).toBe(200)
  return body
}

async function ask(page: Page, path: string, body: object, token?: string): Promise<Asked> {
  const answer = await send<Asked>(page, path, body, token ? { token } : {})
  expect(answer.status).toBe(200)
  return answer.body
}

function bind(page: Page, token: string, credential: object) {
  return send(page, `${webauthn}/register/verify`, { credential }, { token })
}

async function register(page: Page, token: string, kind: 'passkey' | 'security_key') {
  const asked = await ask(page, `${webauthn}/register/options`, { kind }, token)
  return bind(page, token, await createKey(page, asked))
}

function offer(page: Page, { challenge_id }: Asked, credential: object) {
  return send<Tokens>(page, `${webauthn}/login/verify`, { challenge_id, credential })
}

async function signInByKey(page: Page) {
  const asked = await ask(page, `${webauthn}/login/options`, {})
  return offer(page, asked, await showKey(page, asked))
}

interface Owner {
  page: Page
  email: string
  phone: Authenticator
}

/** Somebody with a passkey in the browser. */
async function owner(): Promise<Owner> {
  const email = await preparedAccount()
  const page = await openPage(home())
  const phone = await plugIn(page, 'phone')
  const { access_token: token } = await signIn(page, email)
  const added = await register(page, token, 'passkey')
  expect([added.status, added.body]).toMatchObject([201, { kind: 'passkey' }])
  return { page, email, phone }
}

const refusal = { status: 400, code: 'WEBAUTHN_INVALID' }

describe('in a browser, a passkey', () => {
  it('is registered, and signs in without a user name as two factors', async () => {
    const { page, email } = await owner()
    const signedIn = await signInByKey(page)
    expect(signedIn.status).toBe(200)
    expect(signedIn.body.user.email).toBe(email)
    expect(claimsOf(signedIn.body.access_token)).toMatchObject({
      amr: ['hwk', 'user', 'mfa'],
      acr: 'aal3',
    })
  })

  it('of the same account is not made twice on one device', async () => {
    const { page } = await owner()
    const { access_token: token } = (await signInByKey(page)).body
    const asked = await ask(page, `${webauthn}/register/options`, { kind: 'passkey' }, token)
    await expect(createKey(page, asked)).rejects.toThrow('InvalidStateError')
  })

  it('signs for another origin in vain', async () => {
    const { page, email } = await owner()
    const asked = await ask(page, `${webauthn}/login/options`, {})
    await page.goto(await foreignPage())
    const lured = await showKey(page, asked)
    await page.goto(home())
    expect(await offer(page, asked, lured)).toMatchObject(refusal)
    expect(await recorded('webauthn.refused', email)).toBe(1)
    expect((await signInByKey(page)).status).toBe(200)
  })

  it('made at another origin is not bound', async () => {
    const email = await preparedAccount()
    const page = await openPage(home())
    await plugIn(page, 'phone')
    const { access_token: token } = await signIn(page, email)
    const asked = await ask(page, `${webauthn}/register/options`, { kind: 'passkey' }, token)
    await page.goto(await foreignPage())
    const lured = await createKey(page, asked)
    await page.goto(home())
    expect(await bind(page, token, lured)).toMatchObject(refusal)
  })

  it('signs a challenge that works once', async () => {
    const { page } = await owner()
    const asked = await ask(page, `${webauthn}/login/options`, {})
    const shown = await showKey(page, asked)
    expect((await offer(page, asked, shown)).status).toBe(200)
    expect(await offer(page, asked, shown)).toMatchObject(refusal)
    const another = await ask(page, `${webauthn}/login/options`, {})
    expect(await offer(page, another, shown)).toMatchObject(refusal)
  })

  it('whose count falls back, as that of a copy would, is refused, and its owner told', async () => {
    const { page, email, phone } = await owner()
    const early = await phone.credential()
    for (const _ of [1, 2]) expect((await signInByKey(page)).status).toBe(200)
    const { signCount } = await phone.credential()
    await phone.restore(early)
    expect(early.signCount).toBeLessThan(signCount - 1)
    expect(await signInByKey(page)).toMatchObject(refusal)
    const alarms = `select count(*)::int as count from audit_events e join users u on u.id = e.user_id
      where u.email = $1 and e.action = 'webauthn.refused' and e.reason like '%sign_count'`
    expect((await site().database.query(alarms, [email])).rows).toEqual([{ count: 1 }])
    await phone.restore({ ...early, signCount })
    expect((await signInByKey(page)).status).toBe(200)
  })
})

describe('in a browser, a security key', () => {
  it('is a second factor after the password, and raises a session that has grown old', async () => {
    const email = await preparedAccount()
    const page = await openPage(home())
    await plugIn(page, 'stick')
    const { access_token: first } = await signIn(page, email)
    const added = await register(page, first, 'security_key')
    expect([added.status, added.body]).toMatchObject([201, { kind: 'security_key' }])

    const { mfa_token } = await signIn(page, email)
    const type = 'webauthn'
    const second = await ask(page, `${auth}/mfa/challenge`, { mfa_token, type })
    const finished = await send<Tokens>(page, `${auth}/mfa/verify`, {
      mfa_token,
      type,
      credential: await showKey(page, second),
    })
    expect(finished.status).toBe(200)
    const { access_token: token, session_id } = finished.body
    expect(claimsOf(token)).toMatchObject({ amr: ['pwd', 'hwk', 'mfa'], acr: 'aal2' })

    await site().database.query(
      `update sessions set authenticated_at = authenticated_at - interval '6 minutes' where id = $1`,
      [session_id],
    )
    const renew = (bearer: string) =>
      send(page, `${auth}/mfa/backup-codes`, undefined, { method: 'POST', token: bearer })
    expect(await renew(token)).toMatchObject({ status: 403, code: 'STEP_UP_REQUIRED' })
    const asked = await ask(page, `${auth}/mfa/challenge`, { type }, token)
    const credential = await showKey(page, asked)
    const raised = await send<Tokens>(page, `${auth}/mfa/verify`, { type, credential }, { token })
    expect(raised.status).toBe(200)
    expect((await renew(raised.body.access_token)).status).toBe(200)
    // What has raised one session raises none again.
    const again = await send(page, `${auth}/mfa/verify`, { type, credential }, { token })
    expect([again.status, again.code]).toEqual([400, 'WEBAUTHN_INVALID'])
  })

  it('does not sign in by itself, though the page asks for less than the service did', async () => {
    const email = await preparedAccount()
    const page = await openPage(home())
    const stick = await plugIn(page, 'stick')
    const { access_token } = await signIn(page, email)
    expect((await register(page, access_token, 'security_key')).status).toBe(201)
    const asked = await ask(page, `${webauthn}/login/options`, { email })
    const { credentialId } = await stick.credential()
    const id = Buffer.from(credentialId, 'base64').toString('base64url')
    const options = {
      ...asked.options,
      allowCredentials: [{ type: 'public-key', id }],
      userVerification: 'discouraged',
    }
    const shown = await showKey(page, { ...asked, options })
    expect(await offer(page, asked, shown)).toMatchObject(refusal)
  })
})

function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
}
