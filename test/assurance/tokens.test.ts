import { describe, expect, it } from 'vitest'
import { recovery } from '../../src/policy.ts'
import { fieldsOf, operations } from '../http/operations.ts'
import { cookiesOf } from '../http/set-cookies.ts'
import { sentCode } from '../methods/code/codes.ts'
import {
  approve,
  begin,
  comeBack,
  landing,
  nativeProof,
  newApp,
  newPerson,
  throughProvider,
} from '../methods/social/browser.ts'
import { linkFor, pendingRecovery, protectedUser } from '../recovery/recoveries.ts'
import { act, newAdministrator } from '../support/administrator.ts'
import { codeOf as totpOf } from '../support/authenticator.ts'
import {
  type Answer,
  call,
  codeIn,
  type Message,
  mails,
  randomEmail,
  randomPhone,
  registration,
  signIn,
  tokenIn,
} from '../support/client.ts'
import { ageCodes } from '../support/codes.ts'
import { ageRecovery, row, setUser } from '../support/database.ts'
import { fromBase64url, newKey, type Options } from '../support/key.ts'
import { loginOptions, newOwner, registerOptions } from '../support/passkey.ts'
import { preparedSignIn, preparedUser } from '../support/prepared.ts'
import { codeOf } from '../support/problem.ts'
import { newTenant } from '../support/tenant.ts'

const auth = '/api/v1/auth'
const browser = { 'X-Token-Transport': 'cookie', 'Sec-Fetch-Site': 'same-origin' }
const renewed = 'vexing plum harbour 42'

type Headers = Record<string, string>

function post(path: string, body: unknown, headers: Headers = {}): Promise<Answer<unknown>> {
  return call(`${auth}${path}`, body, { headers })
}

const asBearer = (token: string): Headers => ({ Authorization: `Bearer ${token}` })

async function pendingOf(email: string): Promise<string> {
  return ((await signIn(email)).body as unknown as { mfa_token: string }).mfa_token
}

/** The newest mail of an address that has got so many. */
async function newest(email: string, count: number): Promise<Message> {
  return ((await mails(email, count)) as [Message])[0]
}

async function resetLink(): Promise<string> {
  const email = await preparedUser()
  await post('/forgot-password', { email })
  return tokenIn(await newest(email, 2))
}

async function pendingRegistration(): Promise<{ email: string; token: string; code: string }> {
  const email = randomEmail()
  await post('/register', registration(email))
  const mail = await newest(email, 1)
  return { email, token: tokenIn(mail), code: codeIn(mail) }
}

/** A person with an authenticator app on a device that stands for it. */
async function remembered(headers: Headers) {
  const person = await protectedUser()
  const { body } = await signIn(person.email, { headers })
  const { mfa_token } = body as unknown as { mfa_token: string }
  const shown = { mfa_token, type: 'backup_code', code: person.backupCodes[0] }
  const answer = await post('/mfa/verify', { ...shown, remember_device: true }, headers)
  return { email: person.email, cookie: cookiesOf(answer)['__Host-device']?.value ?? '' }
}

const access = await preparedSignIn()
const refreshed = await preparedSignIn()
const byCookie = await signIn(await preparedUser(), { headers: browser })
const half = await protectedUser()
const must = await preparedUser()
await setUser(must, { roles: ['admin'] })
const toEnrol = (await signIn(must)).body as unknown as { enrollment_token: string }
const [byLink, byCode] = [await pendingRegistration(), await pendingRegistration()]
const lost = await preparedSignIn()
const waiting = [await pendingRecovery(), await pendingRecovery()] as const
await ageRecovery(waiting[0].email, recovery.delay)
const installId = crypto.randomUUID()
const [phone, laptop] = [await remembered({ 'X-Install-Id': installId }), await remembered(browser)]
const setter = await preparedSignIn()
const setup = await call<{ secret: string }>(
  `${auth}/mfa/enable`,
  { type: 'totp' },
  { token: setter.access_token },
)
/** Another with a set-up, at whom the wrong codes go: each is counted. */
const besieged = await preparedSignIn()
await call(`${auth}/mfa/enable`, { type: 'totp' }, { token: besieged.access_token })
const [stepping, removing] = [await protectedUser(), await protectedUser()]
const coded = await protectedUser()
const codedLink = await linkFor(coded.email, 2)
const victim = await protectedUser()

const owner = await newOwner()
const ownerPending = await pendingOf(owner.email)
const challenges: Record<string, Options> = {
  sign_in_challenge: await loginOptions(),
  register_challenge: (await registerOptions(owner.access_token, 'security_key')).body,
  step_up_challenge: (
    await call<Options>(
      `${auth}/mfa/challenge`,
      { type: 'webauthn' },
      { token: owner.access_token },
    )
  ).body,
  second_factor_challenge: (
    await call<Options>(`${auth}/mfa/challenge`, { type: 'webauthn', mfa_token: ownerPending })
  ).body,
}

/** A code that was mailed, with the challenge that it answers; both wait for as long as all this takes. */
async function mailedSignIn() {
  const email = randomEmail()
  const sent = await sentCode(email)
  await ageCodes(email, -3_600)
  return sent
}

/** A mailed link, and what shows who asked for it: the browser's cookie, or the code that it was told. */
async function mailedLink(headers: Headers = {}) {
  const email = randomEmail()
  const asked = await post('/magic-link', { email }, headers)
  const { confirmation_code: code } = asked.body as { confirmation_code: string }
  const asker = cookiesOf(asked)['__Host-asker']?.value ?? ''
  return { token: tokenIn(await newest(email, 1)), asker, code }
}

/** The code of a sign-in at a provider, which waits for as long as all this takes. */
async function exchangeCode(query: Record<string, string> = {}) {
  const { code = '', app } = await throughProvider('google', newPerson(), { query })
  const hash = await crypto.subtle.digest('SHA-256', fromBase64url(code.slice('gho_'.length)))
  await row(
    `update exchange_codes set expires_at = now() + interval '1 hour'
     where code_hash = decode($1, 'base64') returning id`,
    [btoa(String.fromCharCode(...new Uint8Array(hash)))],
  )
  return { code, verifier: app.verifier }
}

/** A browser that is back from a provider, with what belongs to it. */
async function fromProvider() {
  const begun = await begin('google', await newApp())
  const answer = await approve(begun, newPerson())
  const [, cookie = ''] = /=(.*)$/.exec(begun.cookie) ?? []
  return { answer, cookie }
}

const googled = (nonce: string) => nativeProof('google', newPerson(), { nonce })
const newNonce = () => `nonce-${crypto.randomUUID()}`

const [asked, guessed] = [await mailedSignIn(), await mailedSignIn()]
const [link, ofBrowser, ofOther] = [
  await mailedLink(),
  await mailedLink(browser),
  await mailedLink(browser),
]
const [bought, verified] = [await exchangeCode(), await exchangeCode()]
const [joined, joinedBy] = [
  await exchangeCode({ link: 'true' }),
  await exchangeCode({ link: 'true' }),
]
const [returned, named] = [await fromProvider(), await fromProvider()]
const nonces = { shown: newNonce(), own: newNonce(), linkShown: newNonce(), linkOwn: newNonce() }
const proofs = {
  shown: await googled(nonces.shown),
  own: await googled(nonces.own),
  linkShown: await googled(nonces.linkShown),
  linkOwn: await googled(nonces.linkOwn),
}
const githubTokens = [
  await nativeProof('github', newPerson()),
  await nativeProof('github', newPerson()),
] as const
const linker = await preparedSignIn()
const identity = (
  await call<{ id: string }>(
    `${auth}/identities/github`,
    { ...(await nativeProof('github', newPerson())) },
    { token: owner.access_token },
  )
).body.id

const denied = await protectedUser()
const [denial] = (await mails(denied.email, 2)) as [Message]

const guest = randomEmail()
const inviting = await newAdministrator(await newTenant(), 'owner')
await act(inviting, 'POST', `/tenants/${inviting.slug}/invitations`, { email: guest })

const mover = await preparedSignIn()
const movedTo = randomEmail()
await post('/me/email', { email: movedTo }, asBearer(mover.access_token))
const undoing = await preparedSignIn()
await post('/me/email', { email: randomEmail() }, asBearer(undoing.access_token))

/** Somebody with a code for a number that waits for as long as all this takes. */
async function newNumber() {
  const { access_token: token } = await preparedSignIn()
  const phone = randomPhone()
  const { body } = await post('/me/phone', { phone_e164: phone }, asBearer(token))
  const { challenge_id: challenge } = body as { challenge_id: string }
  const code = codeIn(await newest(phone, 1))
  await ageCodes(phone, -3_600)
  return { token, challenge, code }
}
const [numbered, guessedNumber] = [await newNumber(), await newNumber()]

/** One of every kind of secret, and of the ids that look like one. Each is worth something at its own place. */
const issued: Record<string, string> = {
  access: access.access_token,
  refresh: refreshed.refresh_token,
  refresh_cookie: cookiesOf(byCookie)['__Host-refresh']?.value ?? '',
  mfa: await pendingOf(half.email),
  enrolment: toEnrol.enrollment_token,
  verify_email: byLink.token,
  verify_code: byCode.code,
  reset: await resetLink(),
  recover: await linkFor(lost.email, 1),
  recover_waiting: waiting[0].token,
  cancel: waiting[1].cancelToken,
  denial: tokenIn(denial),
  change_email: tokenIn(await newest(movedTo, 1)),
  undo_email: tokenIn(await newest(undoing.email, 2)),
  number_challenge: numbered.challenge,
  invitation: tokenIn(await newest(guest, 1)),
  device_cookie: laptop.cookie,
  install_id: installId,
  backup_code: coded.backupCodes[0] ?? '',
  session_id: access.session_id,
  user_id: access.user.id,
  factor_id: owner.registered.id,
  identity_id: identity,
  code_challenge: asked.challenge,
  mailed_code: guessed.code,
  sign_in_link: link.token,
  asker_cookie: ofBrowser.asker,
  confirmation_code: ofOther.code,
  exchange_code: bought.code,
  exchange_verifier: verified.verifier,
  link_code: joined.code,
  link_verifier: joinedBy.verifier,
  id_token: proofs.shown.id_token ?? '',
  id_token_nonce: nonces.own,
  link_id_token: proofs.linkShown.id_token ?? '',
  link_nonce: nonces.linkOwn,
  provider_token: githubTokens[0].access_token ?? '',
  link_provider_token: githubTokens[1].access_token ?? '',
  transaction_cookie: returned.cookie,
  oauth_state: named.answer.fields.state ?? '',
  ...Object.fromEntries(
    Object.entries(challenges).map(([kind, made]) => [kind, made.challenge_id]),
  ),
}

interface Slot {
  /** Kinds that work here. */
  takes: string[]
  /** How everything else is refused. */
  refusal: string
  /** True where guesses are counted, and the ones too many wait. */
  counts?: boolean
  send(text: string, kind: string): Promise<Answer<unknown>>
  /** Where the right one is used, if not by `send`. */
  use?(text: string, kind: string): Promise<Answer<unknown>>
}

const codeRefusal = { refusal: '401 MFA_CODE_INVALID', counts: true }
const keyRefusal = { refusal: '400 WEBAUTHN_INVALID', counts: true }

const tokenRefusal = { refusal: '401 PROVIDER_TOKEN_INVALID' }

/** A signature of the owner's key over a challenge, or over any text as if it were one. */
function assertionOf(text: string, kind: string) {
  const options = challenges[kind] ?? challenges.sign_in_challenge
  return owner.key.get(options as Options, challenges[kind] ? {} : { challenge: text })
}

async function attestationOf(text: string, kind: string) {
  const options = challenges[kind] ?? challenges.register_challenge
  const key = await newKey()
  return key.create(options as Options, challenges[kind] ? {} : { challenge: text })
}

/** Everywhere in a body where a secret can be shown. A new field that takes one is put here. */
const fields: Record<string, Slot> = {
  'POST /verify-email token': {
    takes: ['verify_email'],
    refusal: '400 TOKEN_INVALID',
    send: (token) => post('/verify-email', { token }),
  },
  'POST /verify-email code': {
    takes: ['verify_code'],
    refusal: '400 TOKEN_INVALID',
    send: (code) => post('/verify-email', { email: randomEmail(), code }),
    use: (code) => post('/verify-email', { email: byCode.email, code }),
  },
  'POST /reset-password token': {
    takes: ['reset'],
    refusal: '400 TOKEN_INVALID',
    send: (token) => post('/reset-password', { token, password: renewed }),
  },
  'POST /webauthn/login/verify challenge_id': {
    takes: ['sign_in_challenge'],
    ...keyRefusal,
    send: async (challenge_id, kind) => {
      const credential = await assertionOf(challenge_id, 'sign_in_challenge')
      // With the right id its own test below signs: here the id alone is wrong.
      const id = kind === 'sign_in_challenge' ? crypto.randomUUID() : challenge_id
      return post('/webauthn/login/verify', { challenge_id: id, credential })
    },
    use: async (challenge_id, kind) =>
      post('/webauthn/login/verify', {
        challenge_id,
        credential: await assertionOf(challenge_id, kind),
      }),
  },
  'POST /webauthn/login/verify credential': {
    takes: [],
    ...keyRefusal,
    send: async (text, kind) => {
      const foreign = kind === 'sign_in_challenge' ? { challenge: text } : {}
      const options = challenges[kind] ?? challenges.sign_in_challenge
      const credential = challenges[kind]
        ? await owner.key.get(options as Options, foreign)
        : await assertionOf(text, kind)
      const id = challenges[kind]?.challenge_id ?? issued.sign_in_challenge
      return post('/webauthn/login/verify', { challenge_id: id, credential })
    },
  },
  'POST /webauthn/register/verify challenge_id': {
    takes: ['register_challenge'],
    ...keyRefusal,
    send: async (challenge_id) => {
      const credential = await attestationOf('', 'register_challenge')
      const body = { challenge_id, credential }
      return post('/webauthn/register/verify', body, asBearer(owner.access_token))
    },
  },
  'POST /webauthn/register/verify credential': {
    takes: [],
    ...keyRefusal,
    send: async (text, kind) => {
      // The challenge that is right here is used by the slot above.
      const own = kind === 'register_challenge' ? 'none' : kind
      const credential = await attestationOf(text, own)
      return post('/webauthn/register/verify', { credential }, asBearer(owner.access_token))
    },
  },
  'POST /mfa/verify mfa_token': {
    takes: ['mfa'],
    refusal: '401 MFA_TOKEN_INVALID',
    send: (mfa_token) =>
      post('/mfa/verify', { mfa_token, type: 'backup_code', code: half.backupCodes[0] }),
  },
  'POST /mfa/verify code': {
    takes: [],
    ...codeRefusal,
    send: (code) =>
      post('/mfa/verify', { type: 'backup_code', code }, asBearer(victim.access_token)),
  },
  'POST /mfa/verify credential': {
    takes: ['second_factor_challenge'],
    ...keyRefusal,
    send: async (text, kind) =>
      post('/mfa/verify', {
        mfa_token: ownerPending,
        type: 'webauthn',
        credential: await assertionOf(text, kind),
      }),
  },
  'POST /mfa/challenge mfa_token': {
    takes: ['mfa'],
    refusal: '401 MFA_TOKEN_INVALID',
    send: (mfa_token) => post('/mfa/challenge', { mfa_token, type: 'webauthn' }),
  },
  'POST /mfa/confirm code': {
    takes: [],
    ...codeRefusal,
    send: (code) => post('/mfa/confirm', { type: 'totp', code }, asBearer(besieged.access_token)),
  },
  'POST /mfa/disable id': {
    takes: [],
    refusal: '404 NOT_FOUND',
    send: (id) => {
      // Ids alone reach the factors: each comes with a code that is right.
      const code = id.length === 36 ? removing.backupCodes.pop() : 'none'
      return post('/mfa/disable', { type: 'webauthn', id, code }, asBearer(removing.access_token))
    },
  },
  'POST /mfa/disable code': {
    takes: [],
    ...codeRefusal,
    send: (code) => post('/mfa/disable', { type: 'totp', code }, asBearer(victim.access_token)),
  },
  'POST /recover/verify token': {
    takes: ['recover'],
    refusal: '400 TOKEN_INVALID',
    send: (token) => post('/recover/verify', { token, new_password: renewed }),
  },
  'POST /recover/verify backup_code': {
    takes: ['backup_code'],
    ...codeRefusal,
    send: (backup_code) =>
      post('/recover/verify', { token: codedLink, new_password: renewed, backup_code }),
  },
  'POST /recover/complete token': {
    takes: ['recover_waiting'],
    refusal: '400 TOKEN_INVALID',
    send: (token) => post('/recover/complete', { token }),
  },
  'POST /recover/cancel token': {
    takes: ['cancel'],
    refusal: '400 TOKEN_INVALID',
    send: (token) => post('/recover/cancel', { token }),
  },
  'POST /recover/not-me token': {
    takes: ['denial'],
    refusal: '400 TOKEN_INVALID',
    send: (token) => post('/recover/not-me', { token }),
  },
  'POST /invitations/accept token': {
    takes: ['invitation'],
    refusal: '400 TOKEN_INVALID',
    send: (token) => call('/api/v1/invitations/accept', { token }),
  },
  'POST /me/email/verify token': {
    takes: ['change_email'],
    refusal: '400 TOKEN_INVALID',
    send: (token) => post('/me/email/verify', { token }),
  },
  'POST /me/email/undo token': {
    takes: ['undo_email'],
    refusal: '400 TOKEN_INVALID',
    send: (token) => post('/me/email/undo', { token }),
  },
  'POST /me/phone/verify challenge_id': {
    takes: ['number_challenge'],
    refusal: '400 CODE_INVALID',
    send: (challenge_id) =>
      post('/me/phone/verify', { challenge_id, code: numbered.code }, asBearer(numbered.token)),
  },
  'POST /me/phone/verify code': {
    // The right one is no kind of its own: a third wrong guess of six digits would burn the others.
    // That it works nowhere else: `test/accounts/phone.test.ts`.
    takes: [],
    refusal: '400 CODE_INVALID',
    send: (code) => {
      const { challenge, token } = guessedNumber
      return post('/me/phone/verify', { challenge_id: challenge, code }, asBearer(token))
    },
  },
  'POST /refresh refresh_token': {
    takes: ['refresh', 'refresh_cookie'],
    refusal: '401 REFRESH_INVALID',
    send: (refresh_token) => post('/refresh', { refresh_token }),
  },
  'POST /otp/verify challenge_id': {
    takes: ['code_challenge'],
    refusal: '400 CODE_INVALID',
    send: (challenge_id) => post('/otp/verify', { challenge_id, code: asked.code }),
  },
  'POST /otp/verify code': {
    takes: ['mailed_code'],
    refusal: '400 CODE_INVALID',
    send: (code) => post('/otp/verify', { challenge_id: guessed.challenge, code }),
  },
  'POST /magic-link/verify token': {
    takes: ['sign_in_link'],
    refusal: '400 TOKEN_INVALID',
    send: (token) => post('/magic-link/verify', { token }),
  },
  'POST /magic-link/verify confirmation_code': {
    takes: ['confirmation_code'],
    refusal: '400 CODE_INVALID',
    send: (confirmation_code) =>
      post('/magic-link/verify', { token: ofOther.token, confirmation_code }),
  },
  'POST /oauth/exchange code': {
    takes: ['exchange_code'],
    refusal: '400 EXCHANGE_INVALID',
    send: (code) => post('/oauth/exchange', { code, code_verifier: bought.verifier }),
  },
  'POST /oauth/exchange code_verifier': {
    takes: ['exchange_verifier'],
    refusal: '400 EXCHANGE_INVALID',
    send: (code_verifier) => post('/oauth/exchange', { code: verified.code, code_verifier }),
  },
  'POST /social/{provider} id_token': {
    takes: ['id_token'],
    ...tokenRefusal,
    send: (id_token) => post('/social/google', { id_token, nonce: nonces.shown }),
  },
  'POST /social/{provider} nonce': {
    takes: ['id_token_nonce'],
    ...tokenRefusal,
    send: (nonce) => post('/social/google', { ...proofs.own, nonce }),
  },
  'POST /social/{provider} access_token': {
    takes: ['provider_token', 'link_provider_token'],
    ...tokenRefusal,
    send: (access_token) => post('/social/github', { access_token }),
  },
  'POST /identities/{id} code': {
    takes: ['link_code'],
    refusal: '400 EXCHANGE_INVALID',
    send: (code) => joinIdentity('google', { code, code_verifier: joined.verifier }),
  },
  'POST /identities/{id} code_verifier': {
    takes: ['link_verifier'],
    refusal: '400 EXCHANGE_INVALID',
    send: (code_verifier) => joinIdentity('google', { code: joinedBy.code, code_verifier }),
  },
  'POST /identities/{id} id_token': {
    takes: ['link_id_token'],
    ...tokenRefusal,
    send: (id_token) => joinIdentity('google', { id_token, nonce: nonces.linkShown }),
  },
  'POST /identities/{id} nonce': {
    takes: ['link_nonce'],
    ...tokenRefusal,
    send: (nonce) => joinIdentity('google', { ...proofs.linkOwn, nonce }),
  },
  'POST /identities/{id} access_token': {
    takes: ['provider_token', 'link_provider_token'],
    ...tokenRefusal,
    send: (access_token) => joinIdentity('github', { access_token }),
  },
}

function joinIdentity(provider: string, body: object): Promise<Answer<unknown>> {
  return post(`/identities/${provider}`, body, asBearer(linker.access_token))
}

/** The browser comes back under a state, with something in the cookie of that state. It is refused here or at the app. */
async function backWith(state: string, cookie: string, fields: Record<string, string>) {
  const name = `__Host-oauth-${state.slice(0, 12)}`
  const answer = {
    path: `${auth}/oauth/google/callback`,
    fields: { ...fields, state },
    form: false,
  }
  const back = await comeBack(answer, `${name}=${cookie}`)
  const { code, error } = landing(back)
  return code ? back : { ...back, body: { ...back.body, ...(error ? { code: error } : {}) } }
}

const elsewhere: Record<string, Slot> = {
  'POST /magic-link/verify cookie': {
    takes: ['asker_cookie'],
    refusal: '403 CONFIRMATION_REQUIRED',
    send: (text) =>
      post(
        '/magic-link/verify',
        { token: ofBrowser.token },
        { ...browser, Cookie: `__Host-asker=${text}` },
      ),
  },
  'GET /oauth/{provider}/callback cookie': {
    takes: ['transaction_cookie'],
    refusal: '400 OAUTH_STATE_INVALID',
    send: (text) => backWith(returned.answer.fields.state ?? '', text, returned.answer.fields),
  },
  'GET /oauth/{provider}/callback state': {
    takes: ['oauth_state'],
    refusal: '400 OAUTH_STATE_INVALID',
    send: (text) => backWith(text, named.cookie, named.answer.fields),
  },
  'POST /refresh cookie': {
    takes: ['refresh', 'refresh_cookie'],
    refusal: '401 REFRESH_INVALID',
    send: (text) => post('/refresh', {}, { ...browser, Cookie: `__Host-refresh=${text}` }),
  },
  'POST /mfa/challenge bearer': {
    takes: ['access'],
    refusal: '401 TOKEN_INVALID',
    send: (token) => post('/mfa/challenge', { type: 'webauthn' }, asBearer(token)),
  },
  'POST /mfa/verify bearer': {
    takes: ['access'],
    refusal: '401 TOKEN_INVALID',
    send: (token) => post('/mfa/verify', { type: 'totp', code: '000000' }, asBearer(token)),
  },
  'POST /mfa/verify credential, with bearer': {
    takes: ['step_up_challenge'],
    ...keyRefusal,
    send: async (text, kind) =>
      post(
        '/mfa/verify',
        { type: 'webauthn', credential: await assertionOf(text, kind) },
        asBearer(owner.access_token),
      ),
  },
}

const enrolling = [
  'POST /mfa/enable',
  'POST /mfa/confirm',
  'POST /webauthn/register/options',
  'POST /webauthn/register/verify',
]

/** What may stand in a field and proves nothing. */
const plain = new Set(
  `email phone_e164 password current_password new_password first_name last_name date_of_birth gender mobile locale
  terms_accepted privacy_accepted platform app_version install_id captcha_token kind name type remember_device
  except_current destination channel redirect_to slug settings role latest min_supported store_url notes blocked
  url events description status roles from_seal version`.split(/\s+/),
)

const routes = (await operations()).filter(({ path }) =>
  /^\/api\/v1\/(auth|tenants|invitations|admin)\b/.test(path),
)
const short = (name: string) => name.replace(/\/api\/v1(\/auth)?/, '')

const bearers: [name: string, slot: Slot][] = routes
  .filter(({ secured }) => secured)
  .map(({ name, method, path }) => [
    `${short(name)} bearer`,
    {
      takes: enrolling.includes(short(name)) ? ['access', 'enrolment'] : ['access'],
      refusal: '401 TOKEN_INVALID',
      send: (token) => {
        const filled = path
          .replace('{slug}', 'default')
          .replaceAll(/\{\w+\}/g, () => crypto.randomUUID())
        return call(filled, undefined, { method, token })
      },
    },
  ])

const ids: [name: string, slot: Slot][] = routes
  .filter(({ path }) => path.startsWith(auth) && path.includes('{id}'))
  .map(({ name, method, path, body }) => [
    `${short(name)} id`,
    {
      takes: [path.includes('/identities/') ? 'identity_id' : 'factor_id'],
      refusal: '404 NOT_FOUND',
      send: (text) =>
        call(path.replace('{id}', encodeURIComponent(text)), body ? { name: 'Mine' } : undefined, {
          method,
          token: owner.access_token,
        }),
    },
  ])

const slots: [name: string, slot: Slot][] = [
  ...Object.entries(fields),
  ...Object.entries(elsewhere),
  ...bearers,
  ...ids,
]

function kindOf({ status, body }: Answer<unknown>): string {
  return `${status} ${(body as { code?: string }).code ?? ''}`.trim()
}

describe('the table of places that take a secret', () => {
  it('is that of the OpenAPI document', () => {
    const documented = routes.flatMap(({ name, body }) =>
      Object.keys(body ? fieldsOf(body) : {})
        .filter((field) => !plain.has(field))
        .map((field) => `${short(name)} ${field}`),
    )
    expect(Object.keys(fields).sort()).toEqual(documented.sort())
    expect(bearers.length).toBeGreaterThanOrEqual(17)
  })

  it('is tried with one of each kind, all of them different', () => {
    expect(Object.values(issued).filter((text) => text.length < 6)).toEqual([])
    expect(new Set(Object.values(issued)).size).toBe(Object.keys(issued).length)
  })
})

// First everything at every wrong place, then each at its own: what was tried elsewhere must not have spent it.
describe('a secret at a place that is not its own', () => {
  it.each(slots)('(%s) is refused, whatever its kind', async (_name, slot) => {
    const others = Object.entries(issued).filter(([kind]) => !slot.takes.includes(kind))
    const expected = new Set([slot.refusal, '422 VALIDATION_FAILED'])
    if (slot.counts) expected.add('429 TOO_MANY_ATTEMPTS')
    const wrong: string[] = []
    for (const [kind, text] of others) {
      const answer = kindOf(await slot.send(text, kind))
      if (!expected.has(answer)) wrong.push(`${kind}: ${answer}`)
    }
    expect(wrong).toEqual([])
  })

  it('(a device) stands for no second factor', async () => {
    for (const text of Object.values(issued)) {
      for (const email of [phone.email, laptop.email]) {
        const cookie = email === laptop.email && text === laptop.cookie
        const install = email === phone.email && text === installId
        const asCookie = { ...browser, Cookie: `__Host-device=${text}` }
        const shown: Headers[] = [
          ...(cookie ? [] : [asCookie]),
          ...(install ? [] : [{ 'X-Install-Id': text }]),
        ]
        for (const headers of shown.slice(0, 1)) {
          expect((await signIn(email, { headers })).body).toHaveProperty('mfa_token')
        }
      }
    }
  })
})

describe('a secret at its own place', () => {
  it.each(bearers)('(%s) opens it', async (name, slot) => {
    const { access_token: token } = (await signIn(access.user.email)).body
    expect(kindOf(await slot.send(token, 'access'))).not.toBe('401 TOKEN_INVALID')
    const enrolment = kindOf(await slot.send(issued.enrolment ?? '', 'enrolment'))
    const opens = enrolling.includes(name.replace(' bearer', ''))
    expect(enrolment === '401 TOKEN_INVALID').toBe(!opens)
  })

  it.each([
    ['POST /verify-email token', 'verify_email', 200],
    ['POST /verify-email code', 'verify_code', 200],
    ['POST /reset-password token', 'reset', 200],
    ['POST /mfa/challenge mfa_token', 'mfa', 422],
    ['POST /mfa/verify mfa_token', 'mfa', 200],
    ['POST /webauthn/register/verify challenge_id', 'register_challenge', 201],
    ['POST /mfa/verify credential', 'second_factor_challenge', 200],
    ['POST /mfa/verify credential, with bearer', 'step_up_challenge', 200],
    ['POST /webauthn/login/verify challenge_id', 'sign_in_challenge', 200],
    ['POST /recover/verify token', 'recover', 200],
    ['POST /recover/complete token', 'recover_waiting', 200],
    ['POST /recover/cancel token', 'cancel', 204],
    ['POST /recover/not-me token', 'denial', 200],
    ['POST /invitations/accept token', 'invitation', 200],
    ['POST /me/email/verify token', 'change_email', 200],
    ['POST /me/email/undo token', 'undo_email', 200],
    ['POST /me/phone/verify challenge_id', 'number_challenge', 200],
    ['POST /otp/verify challenge_id', 'code_challenge', 200],
    ['POST /otp/verify code', 'mailed_code', 200],
    ['POST /magic-link/verify token', 'sign_in_link', 200],
    ['POST /magic-link/verify cookie', 'asker_cookie', 200],
    ['POST /magic-link/verify confirmation_code', 'confirmation_code', 200],
    ['GET /oauth/{provider}/callback cookie', 'transaction_cookie', 302],
    ['GET /oauth/{provider}/callback state', 'oauth_state', 302],
    ['POST /oauth/exchange code', 'exchange_code', 200],
    ['POST /oauth/exchange code_verifier', 'exchange_verifier', 200],
    ['POST /social/{provider} id_token', 'id_token', 200],
    ['POST /social/{provider} nonce', 'id_token_nonce', 200],
    ['POST /social/{provider} access_token', 'provider_token', 200],
    ['POST /identities/{id} code', 'link_code', 201],
    ['POST /identities/{id} code_verifier', 'link_verifier', 201],
    ['POST /identities/{id} id_token', 'link_id_token', 201],
    ['POST /identities/{id} nonce', 'link_nonce', 201],
    ['POST /identities/{id} access_token', 'link_provider_token', 201],
    ['DELETE /identities/{id} id', 'identity_id', 204],
    ['POST /refresh refresh_token', 'refresh', 200],
    ['POST /refresh cookie', 'refresh_cookie', 200],
  ])('(%s) still works: nothing was spent elsewhere', async (name, kind, status) => {
    const slot = new Map(slots).get(name) as Slot
    const text = issued[kind] ?? ''
    const answer = await (slot.use ?? slot.send)(text, kind)
    expect([answer.status, codeOf(answer)]).toEqual([
      status,
      status === 422 ? 'VALIDATION_FAILED' : undefined,
    ])
  })

  it('(a backup code) still works beside the link that was tried with everything', async () => {
    const answer = await post(
      '/mfa/verify',
      { type: 'backup_code', code: issued.backup_code },
      asBearer(coded.access_token),
    )
    expect(answer.status).toBe(200)
  })

  it('(a set-up) is still confirmed by its own code', async () => {
    const body = { type: 'totp', code: totpOf(setup.body.secret) }
    expect((await post('/mfa/confirm', body, asBearer(setter.access_token))).status).toBe(200)
  })

  it('(a code of the app) still raises a session', async () => {
    const body = { type: 'totp', code: totpOf(stepping.secret) }
    expect((await post('/mfa/verify', body, asBearer(stepping.access_token))).status).toBe(200)
  })

  it('(a device) still stands for the second factor', async () => {
    const asCookie = { ...browser, Cookie: `__Host-device=${laptop.cookie}` }
    expect((await signIn(laptop.email, { headers: asCookie })).body).toHaveProperty('access_token')
    const asInstall = { 'X-Install-Id': installId }
    expect((await signIn(phone.email, { headers: asInstall })).body).toHaveProperty('access_token')
  })
})
