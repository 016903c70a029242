import { env } from 'cloudflare:workers'
import type { Operation } from '../http/operations.ts'
import { filled } from '../http/operations.ts'
import { json, type Send, type Sent, send, serviceWith } from '../http/service.ts'
import { newAdministrator } from '../support/administrator.ts'
import {
  type Answer,
  call,
  codeIn,
  mails,
  password,
  randomEmail,
  randomPhone,
  registration,
  signIn,
  tokenIn,
} from '../support/client.ts'
import { setUser } from '../support/database.ts'
import { preparedSignIn, preparedUser } from '../support/prepared.ts'
import { newTenant } from '../support/tenant.ts'
import { publish } from '../versions/administrator.ts'
import { accountWays } from './account-provocations.ts'
import { adminWays } from './admin-provocations.ts'
import { factorWays } from './factor-provocations.ts'
import { socialWays } from './social-ways.ts'
import { tenantWays } from './tenant-provocations.ts'
import { webhookWays } from './webhook-provocations.ts'

const auth = '/api/v1/auth'
const newPassword = 'another horse battery staple 7'
const nobody = '01999999-9999-7999-8999-999999999999'

const releases = '/api/v1/admin/app-versions'
const release = { latest: '1.0.0', min_supported: '1.0.0' }

async function administrator() {
  return newAdministrator(await newTenant(), 'admin')
}

type Ask = () => Promise<Answer<unknown>>

/** Of a session that nothing ends: what it is used for is refused. */
const bearer = { Authorization: `Bearer ${await token()}` }

async function token(): Promise<string> {
  return (await preparedSignIn()).access_token
}

async function withToken(path: string, method: string, body?: unknown): Promise<Answer<unknown>> {
  return call(`${auth}${path}`, body, { method, token: await token() })
}

/** What each route is for, and the refusals that only it knows. A new route is put here. */
const ownWays: Record<string, Ask[]> = {
  ...socialWays,
  ...factorWays,
  ...accountWays,
  ...tenantWays,
  ...webhookWays,
  ...adminWays,
  [`POST ${auth}/register`]: [
    () => call(`${auth}/register`, registration(randomEmail())),
    () => withoutVerification(registration(randomEmail())),
    async () => withoutVerification(registration(await preparedUser())),
    () => fromForeignSite(`${auth}/register`),
  ],
  [`POST ${auth}/verify-email`]: [
    async () => call(`${auth}/verify-email`, { token: tokenIn(await verificationMail()) }),
    async () => {
      const mail = await verificationMail()
      return call(`${auth}/verify-email`, { email: mail.to, code: codeIn(mail) })
    },
    () => call(`${auth}/verify-email`, { token: 'wrong' }),
  ],
  [`POST ${auth}/verify-email/resend`]: [
    () => call(`${auth}/verify-email/resend`, { email: randomEmail() }),
  ],
  [`POST ${auth}/login`]: [
    async () => signIn(await preparedUser()),
    () => signIn(randomEmail()),
    async () => signIn((await verificationMail()).to),
    () => fromForeignSite(`${auth}/login`),
  ],
  [`POST ${auth}/refresh`]: [
    async () => call(`${auth}/refresh`, { refresh_token: (await preparedSignIn()).refresh_token }),
    () => call(`${auth}/refresh`, { refresh_token: 'wrong' }),
    () => fromForeignSite(`${auth}/refresh`),
  ],
  [`POST ${auth}/logout`]: [
    () => withToken('/logout', 'POST'),
    () => fromForeignSite(`${auth}/logout`),
  ],
  [`POST ${auth}/logout-all`]: [
    () => withToken('/logout-all', 'POST', {}),
    () => fromForeignSite(`${auth}/logout-all`),
  ],
  [`POST ${auth}/forgot-password`]: [
    () => call(`${auth}/forgot-password`, { email: randomEmail() }),
  ],
  [`POST ${auth}/reset-password`]: [
    async () =>
      call(`${auth}/reset-password`, { token: await resetToken(), password: newPassword }),
    () => call(`${auth}/reset-password`, { token: 'wrong', password: newPassword }),
  ],
  [`PUT ${auth}/change-password`]: [
    () =>
      withToken('/change-password', 'PUT', {
        current_password: password,
        new_password: newPassword,
      }),
    () =>
      withToken('/change-password', 'PUT', {
        current_password: 'wrong',
        new_password: newPassword,
      }),
    changeWithoutSecondFactor,
  ],
  [`POST ${auth}/password-strength`]: [() => call(`${auth}/password-strength`, { password })],
  [`GET ${auth}/sessions`]: [() => withToken('/sessions', 'GET')],
  [`DELETE ${auth}/sessions/{id}`]: [
    async () => {
      const { email, session_id: id } = await preparedSignIn()
      const { body } = await signIn(email)
      return call(`${auth}/sessions/${id}`, undefined, {
        method: 'DELETE',
        token: body.access_token,
      })
    },
    () => withToken(`/sessions/${nobody}`, 'DELETE'),
  ],
  [`GET ${auth}/me`]: [() => withToken('/me', 'GET')],
  [`PATCH ${auth}/me`]: [() => withToken('/me', 'PATCH', { first_name: 'Ann' })],
  [`GET ${auth}/me/activity`]: [
    () => withToken('/me/activity', 'GET'),
    () => withToken('/me/activity?cursor=wrong', 'GET'),
  ],
  [`POST ${auth}/otp/send`]: [
    () => call(`${auth}/otp/send`, { destination: randomEmail(), type: 'email' }),
  ],
  [`POST ${auth}/whatsapp`]: [
    () => call(`${auth}/whatsapp`, { phone_e164: randomPhone() }),
    () => call(`${auth}/whatsapp`, { phone_e164: 'none' }),
  ],
  [`POST ${auth}/otp/verify`]: [
    async () => call(`${auth}/otp/verify`, await codeShown()),
    () => call(`${auth}/otp/verify`, { challenge_id: 'ghq_wrong', code: '123456' }),
    () => fromForeignSite(`${auth}/otp/verify`),
  ],
  [`POST ${auth}/magic-link`]: [
    () => call(`${auth}/magic-link`, { email: randomEmail() }),
    () => fromForeignSite(`${auth}/magic-link`),
  ],
  [`POST ${auth}/magic-link/verify`]: [
    async () => {
      const email = randomEmail()
      await call(`${auth}/magic-link`, { email })
      const [mail] = await mails(email)
      return call(`${auth}/magic-link/verify`, { token: mail ? tokenIn(mail) : '' })
    },
    () => call(`${auth}/magic-link/verify`, { token: 'wrong' }),
    () => fromForeignSite(`${auth}/magic-link/verify`),
  ],
  [`GET ${auth}/forms`]: [
    () => call(`${auth}/forms?name=login`),
    () => call(`${auth}/forms?name=login`, undefined, { headers: { 'If-None-Match': '*' } }),
    () => call(`${auth}/forms?name=nothing`),
  ],
  'GET /app/version': [() => call('/app/version?platform=web'), () => call('/app/version')],
  'GET /api/v1/admin/app-versions': [
    async () => call(releases, undefined, { token: (await administrator()).access_token }),
    async () => call(releases, undefined, { token: await token() }),
  ],
  'PUT /api/v1/admin/app-versions/{platform}': [
    async () => publish('web', release, await administrator()),
    async () => publish('web', release, await preparedSignIn()),
    async () => publish('web', {}, await administrator()),
  ],
  'POST /api/v1/webhooks/twilio': [() => call('/api/v1/webhooks/twilio', { nobody: 'signed' })],
  'POST /api/v1/webhooks/whatsapp': [() => call('/api/v1/webhooks/whatsapp', { nobody: 'signed' })],
  'POST /api/v1/webhooks/aws-sms': [() => call('/api/v1/webhooks/aws-sms', { nobody: 'signed' })],
  'GET /api/v1/webhooks/whatsapp': [
    () => call('/api/v1/webhooks/whatsapp'),
    () =>
      call(
        `/api/v1/webhooks/whatsapp?hub.mode=subscribe&hub.verify_token=${env.META_VERIFY_TOKEN}&hub.challenge=1`,
      ),
  ],
  'POST /api/v1/webhooks/ses': [() => call('/api/v1/webhooks/ses', { nobody: 'signed this' })],
}

/** The limits of the edge, all of them reached. */
const exhausted = { limit: async () => ({ success: false }) }
const flooded = serviceWith({
  LIMIT_SIGN_IN: exhausted,
  LIMIT_MFA: exhausted,
  LIMIT_WRITE: exhausted,
  LIMIT_ALL: exhausted,
})
const withoutKeys = serviceWith({ JWT_KEYS: '' })

/** Every way to answer that this route has, tried once. */
export async function answersOf(operation: Operation): Promise<Answer<unknown>[]> {
  const answers: Answer<unknown>[] = []
  for (const ask of [...ownWaysOf(operation), ...commonWaysOf(operation)]) answers.push(await ask())
  return answers
}

function ownWaysOf({ name, method, path }: Operation): Ask[] {
  const own = ownWays[name]
  if (own) return own
  if (method !== 'GET' || path.startsWith(auth)) return []
  return [
    () => send(path.replace('{slug}', 'default')),
    () => send(path.replace('{slug}', 'nobody')),
  ]
}

const ofTenants =
  /^\/api\/v1\/(auth|tenants|invitations|admin)\b|^\/\.well-known\/(webauthn|assetlinks|apple-app|openid-configuration$)/

/** What every route has in common. */
function commonWaysOf({ method, path, body, secured }: Operation): Ask[] {
  const ask = (sent: Sent = {}, through: Send = send) => through(filled(path), { method, ...sent })
  const withHeaders = (headers: Record<string, string>) => () => ask({ headers })
  const ways: Ask[] = [
    () => ask({}, flooded),
    () => ask({}, withoutKeys),
    withHeaders({ 'X-Token-Transport': 'odd' }),
    () => send(`http://gatehouse.example${filled(path)}`, { method }),
  ]
  if (ofTenants.test(path)) ways.push(withHeaders({ 'X-Tenant': 'nobody' }))
  if (secured) ways.push(() => ask())
  if (!body) return ways

  const post =
    (text: string, type = 'application/json') =>
    () =>
      ask({ headers: { ...(secured && bearer), 'Content-Type': type }, body: text })
  return [
    ...ways,
    post('{'),
    post('{"nothing":1}'),
    post('{}', 'text/plain'),
    post(' '.repeat(40_000)),
  ]
}

function withoutVerification(body: object): Promise<Answer> {
  return serviceWith({ EMAIL_VERIFICATION: 'off' })(`${auth}/register`, json(body))
}

function fromForeignSite(path: string): Promise<Answer> {
  const headers = { 'X-Token-Transport': 'cookie', Origin: 'https://evil.example' }
  return call(path, {}, { headers })
}

/** A second factor that this session has not proven. */
async function changeWithoutSecondFactor(): Promise<Answer> {
  const { email, access_token } = await preparedSignIn()
  await setUser(email, { mfa_enabled: true })
  const body = { current_password: password, new_password: newPassword }
  return call(`${auth}/change-password`, body, { method: 'PUT', token: access_token })
}

async function verificationMail() {
  const email = randomEmail()
  await call(`${auth}/register`, registration(email))
  const [mail] = await mails(email)
  if (!mail) throw new Error('no mail')
  return mail
}

async function codeShown() {
  const email = randomEmail()
  const sent = await call<{ challenge_id: string }>(`${auth}/otp/send`, {
    destination: email,
    type: 'email',
  })
  const [mail] = await mails(email)
  return { challenge_id: sent.body.challenge_id, code: mail ? codeIn(mail) : '' }
}

async function resetToken(): Promise<string> {
  const email = await preparedUser()
  await call(`${auth}/forgot-password`, { email })
  const [mail] = await mails(email, 2)
  return mail ? tokenIn(mail) : ''
}
