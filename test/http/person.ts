import { env } from 'cloudflare:test'
import { expect } from 'vitest'
import { recovery } from '../../src/policy.ts'
import { beginRecovery, linkFor } from '../recovery/recoveries.ts'
import { act, newAdministrator } from '../support/administrator.ts'
import { addTotp } from '../support/authenticator.ts'
import {
  call,
  mails,
  password,
  randomEmail,
  registration,
  signIn,
  type Tokens,
  tokenIn,
} from '../support/client.ts'
import { ageRecovery, row } from '../support/database.ts'
import { newOwner } from '../support/passkey.ts'
import { preparedPerson, preparedUser, preparedUserIn } from '../support/prepared.ts'
import { newTenant } from '../support/tenant.ts'

/** Texts in generated requests that stand for something that only exists while they run. */
export const placeholders = {
  email: '§email',
  password: '§password',
  pendingEmail: '§pending-email',
  accessToken: '§access-token',
  refreshToken: '§refresh-token',
  refreshCookie: '§refresh-cookie',
  sessionId: '§session-id',
  verifyToken: '§verify-token',
  resetToken: '§reset-token',
  ownerToken: '§owner-token',
  mfaToken: '§mfa-token',
  backupCode: '§backup-code',
  keyId: '§key-id',
  deviceId: '§device-id',
  recoverToken: '§recover-token',
  dueToken: '§due-token',
  cancelToken: '§cancel-token',
  administratorToken: '§administrator-token',
  slug: '§slug',
  freshSlug: '§fresh-slug',
  memberId: '§member-id',
  invitationId: '§invitation-id',
  webhookId: '§webhook-id',
  deliveryId: '§delivery-id',
} as const

/** At the local receiver: nothing goes further. */
export const hookUrl = `${env.SES_ENDPOINT}/hooks/fuzz`

/** What the administrator of a tenant asks for. */
export const administrative = /^\/api\/v1\/(tenants|admin)(\/|$)/

export type Placeholder = (typeof placeholders)[keyof typeof placeholders]

/**
 * Somebody whose session lives, so that generated requests get past the door. What has ended or was spent is made anew,
 * and nothing else, because most of the time of a run goes into this.
 */
export function livingPerson() {
  let email: Promise<string> | null = null
  let session: Promise<Tokens> | null = null
  let cookie: Promise<string> | null = null
  let pending: Promise<string> | null = null
  let verifyToken: Promise<string> | null = null
  let resetToken: Promise<string> | null = null
  let owner: Promise<FactorOwner> | null = null
  let mfaToken: Promise<string> | null = null
  let recoverToken: Promise<string> | null = null
  let due: Promise<string> | null = null
  let cancel: Promise<string> | null = null
  let administration = newAdministration()

  const emailOf = () => (email ??= preparedUser())
  const sessionOf = () => (session ??= newSession(emailOf()))
  const ownerOf = () => (owner ??= newFactorOwner())
  const values: Record<Placeholder, () => Promise<string>> = {
    '§email': emailOf,
    '§password': async () => password,
    '§pending-email': () => (pending ??= newPending()),
    '§access-token': async () => (await sessionOf()).access_token,
    '§refresh-token': async () => (await sessionOf()).refresh_token,
    '§refresh-cookie': () => (cookie ??= newCookie(emailOf())),
    '§session-id': async () => (await sessionOf()).session_id,
    '§verify-token': () => (verifyToken ??= newVerifyToken()),
    '§reset-token': () => (resetToken ??= newResetToken()),
    '§owner-token': async () => (await ownerOf()).token,
    '§mfa-token': () => (mfaToken ??= ownerOf().then(({ email }) => newPendingSignIn(email))),
    '§backup-code': async () => (await ownerOf()).backupCodes[0] ?? '',
    '§key-id': async () => (await ownerOf()).keyId,
    '§device-id': async () => (await ownerOf()).deviceId,
    '§recover-token': () => (recoverToken ??= preparedUser().then((found) => linkFor(found, 1))),
    '§due-token': () => (due ??= newDueRecovery()),
    '§cancel-token': () => (cancel ??= newRecovery().then((made) => made.cancelToken)),
    '§administrator-token': async () => (await administration.owner()).access_token,
    '§slug': async () => (await administration.owner()).slug,
    '§fresh-slug': async () => `fresh-${crypto.randomUUID()}`,
    '§member-id': () => administration.member(),
    '§invitation-id': () => administration.invitation(),
    '§webhook-id': () => administration.webhook(),
    '§delivery-id': () => administration.delivery(),
  }

  return {
    value: (name: Placeholder) => values[name](),
    /** What an answer of this path says to be spent, ended or throttled is not used again. */
    forgetAfter(path: string, status: number): void {
      // Wrong guesses were made at this person: others would have to wait.
      if (status === 429) email = owner = mfaToken = null
      // The proof of the session is old, or the role is gone; these two are refused whatever the administrator of a tenant has.
      const refused = status === 403 && administrative.test(path)
      if (refused && !/\/(tenants|verify)$/.test(path)) administration = newAdministration()
      if (status >= 300) return
      if (administrative.test(path)) {
        administration.forgetAfter(path)
        return
      }
      // What shows or removes a factor, and makes new codes, leaves another person behind.
      if (/mfa|webauthn|devices/.test(path)) owner = mfaToken = null
      if (path.endsWith('/recover/verify')) recoverToken = null
      if (path.endsWith('/recover/complete')) due = null
      if (path.endsWith('/recover/cancel')) cancel = null
      if (path.endsWith('/change-password')) email = null
      // It waits to be deleted: its sessions are over.
      if (path.endsWith('/me') && status === 202) session = cookie = null
      if (path.endsWith('/verify-email')) verifyToken = pending = null
      if (path.endsWith('/reset-password')) resetToken = null
      if (!/change-password|logout|sessions|refresh/.test(path)) return
      session = null
      cookie = null
    },
  }
}

/** The owner of a tenant, and what there is to administer in it. */
function newAdministration() {
  let owner: ReturnType<typeof newAdministrator> | null = null
  let member: Promise<string> | null = null
  let invitation: Promise<string> | null = null
  let webhook: Promise<string> | null = null

  const ownerOf = () => (owner ??= newTenant().then((tenant) => newAdministrator(tenant, 'owner')))
  const made = async (path: string, body: unknown) =>
    (await act<{ id: string }>(await ownerOf(), 'POST', path, body)).body.id

  async function newMember(): Promise<string> {
    const email = await preparedUserIn((await ownerOf()).tenant)
    return (await row<{ id: string }>('select id from users where email = $1', [email])).id
  }

  async function newInvitation(): Promise<string> {
    return made(`/tenants/${(await ownerOf()).slug}/invitations`, { email: randomEmail() })
  }

  /** One that is there, as a tenant has only so many. */
  async function someWebhook(): Promise<string> {
    type Webhooks = { webhooks: { id: string }[] }
    const { body } = await act<Webhooks>(await ownerOf(), 'GET', '/admin/webhooks')
    const hook = { url: hookUrl, events: ['password.changed'] }
    return body.webhooks[0]?.id ?? made('/admin/webhooks', hook)
  }

  const webhookOf = () => (webhook ??= someWebhook())

  return {
    owner: ownerOf,
    member: () => (member ??= newMember()),
    invitation: () => (invitation ??= newInvitation()),
    webhook: webhookOf,
    async delivery(): Promise<string> {
      const path = `/admin/webhooks/${await webhookOf()}/test`
      const { body } = await act<{ delivery_id: string }>(await ownerOf(), 'POST', path)
      return body.delivery_id ?? ''
    },
    /** What may be gone is looked for again. */
    forgetAfter(path: string): void {
      if (/members|users/.test(path)) member = null
      if (path.includes('invitations')) invitation = null
      if (path.includes('webhooks')) webhook = null
    },
  }
}

interface FactorOwner {
  email: string
  /** Of a session that a passkey has opened. */
  token: string
  keyId: string
  backupCodes: string[]
  /** Remembered. */
  deviceId: string
}

async function newFactorOwner(): Promise<FactorOwner> {
  const { email, access_token: token, registered } = await newOwner()
  const [first = '', ...backupCodes] = registered.backup_codes ?? []
  await call(
    '/api/v1/auth/mfa/verify',
    {
      mfa_token: await newPendingSignIn(email),
      type: 'backup_code',
      code: first,
      remember_device: true,
    },
    { headers: { 'X-Install-Id': crypto.randomUUID() } },
  )
  const { status, body } = await call<{ devices: { id: string }[] }>(
    '/api/v1/auth/devices',
    undefined,
    { token },
  )
  expect(status, JSON.stringify(body)).toBe(200)
  return { email, token, keyId: registered.id, backupCodes, deviceId: body.devices[0]?.id ?? '' }
}

async function newPendingSignIn(email: string): Promise<string> {
  const { body } = await signIn(email)
  return (body as unknown as { mfa_token: string }).mfa_token
}

/** A recovery that waits, as there is a second factor. */
async function newRecovery() {
  const person = await preparedPerson()
  await addTotp(person)
  await mails(person.email, 2)
  return { email: person.email, ...(await beginRecovery(person.email, 2)) }
}

/** What completes a recovery that has waited long enough. */
async function newDueRecovery(): Promise<string> {
  const { email, token } = await newRecovery()
  await ageRecovery(email, recovery.delay)
  return token
}

async function newSession(email: Promise<string>): Promise<Tokens> {
  return (await signIn(await email)).body
}

async function newPending(): Promise<string> {
  const email = randomEmail()
  await call('/api/v1/auth/register', registration(email))
  return email
}

async function newCookie(email: Promise<string>): Promise<string> {
  const headers = { 'X-Token-Transport': 'cookie', 'Sec-Fetch-Site': 'same-origin' }
  const { headers: answer } = await signIn(await email, { headers })
  const cookies = answer.getSetCookie().map((cookie) => cookie.split(';')[0] ?? '')
  return cookies.find((cookie) => cookie.startsWith('__Host-refresh=')) ?? ''
}

async function newVerifyToken(): Promise<string> {
  return mailedToken(await newPending(), 1)
}

async function newResetToken(): Promise<string> {
  const email = await preparedUser()
  await call('/api/v1/auth/forgot-password', { email })
  return mailedToken(email, 2)
}

async function mailedToken(email: string, count: number): Promise<string> {
  const [mail] = await mails(email, count)
  return mail ? tokenIn(mail) : ''
}
