import { describe, expect, it } from 'vitest'
import { mailedCode, oneTimeCode } from '../../src/policy.ts'
import { operations } from '../http/operations.ts'
import {
  exchange,
  nativeProof,
  nativeSignIn,
  newPerson as newPersonThere,
  throughProvider,
} from '../methods/social/browser.ts'
import { codeOf as totpOf } from '../support/authenticator.ts'
import {
  type Answer,
  call,
  codeIn,
  type Message,
  mails,
  password,
  randomEmail,
  randomPhone,
  registration,
  tokenIn,
} from '../support/client.ts'
import { ageCodes } from '../support/codes.ts'
import { ageMailedCodes, ageStep, row, rows, setUser, userOf } from '../support/database.ts'
import { type Key, newKey, type Options } from '../support/key.ts'
import { preparedSession, preparedUserIn } from '../support/prepared.ts'
import { fieldCodes } from '../support/problem.ts'
import { newTenant, type TestTenant } from '../support/tenant.ts'

const auth = '/api/v1/auth'
const renewed = 'vexing plum harbour 42'

interface Person {
  email: string
  password: string
  tenant: TestTenant
  /** Proven, of the account. Codes as a second factor go there too. */
  phone: string
  /** What a provider calls them. */
  sub: string
  secret?: string
  backupCodes?: string[]
  /** Verifies its user, and is registered as a passkey. */
  passkey?: Key
  /** Only touched: proves possession alone. */
  securityKey?: Key
}

type Factor = 'totp' | 'passkey' | 'security_key' | 'email' | 'sms'

function post<T = Record<string, unknown>>(
  { tenant }: Pick<Person, 'tenant'>,
  path: string,
  body: unknown,
  token?: string,
): Promise<Answer<T>> {
  return call<T>(auth + path, body, { headers: tenant.headers, ...(token ? { token } : {}) })
}

const login = (person: Person) =>
  post(person, '/login', { email: person.email, password: person.password })

/** The newest mail of an address that says this. */
async function mailed(email: string, find: (mail: Message) => boolean): Promise<Message> {
  for (let count = 1; count < 30; count += 1) {
    const found = (await mails(email, count)).find(find)
    if (found) return found
  }
  throw new Error('no such mail')
}

/** The newest message to an address or number, once one more than so many has come. */
async function next(to: string, before: Message[]): Promise<Message> {
  return ((await mails(to, before.length + 1)) as [Message])[0]
}

/** How each factor is set up in a session, the strongest last: each later one is added by who has shown an earlier. */
const adders: Record<Factor, (person: Person, token: string) => Promise<unknown>> = {
  async email(person, token) {
    await post(person, '/mfa/enable', { type: 'email' }, token)
    const code = codeIn(await mailed(person.email, ({ subject }) => subject === 'Your code'))
    const { body } = await post<{ backup_codes?: string[] }>(
      person,
      '/mfa/confirm',
      { type: 'email', code },
      token,
    )
    person.backupCodes ??= body.backup_codes ?? []
    await ageMailedCodes(person.email, mailedCode.window)
  },
  async sms(person, token) {
    const before = await mails(person.phone, 0)
    await post(person, '/mfa/enable', { type: 'sms', phone_e164: person.phone }, token)
    const code = codeIn(await next(person.phone, before))
    const shown = { type: 'sms', code }
    const { body } = await post<{ backup_codes?: string[] }>(person, '/mfa/confirm', shown, token)
    person.backupCodes ??= body.backup_codes ?? []
    await ageMailedCodes(person.email, mailedCode.window)
    await ageCodes(person.phone, oneTimeCode.window, 'code', person.tenant.id)
  },
  async totp(person, token) {
    const { body: setup } = await post<{ secret: string }>(
      person,
      '/mfa/enable',
      { type: 'totp' },
      token,
    )
    person.secret = setup.secret
    const { body } = await post<{ backup_codes?: string[] }>(
      person,
      '/mfa/confirm',
      { type: 'totp', code: totpOf(setup.secret) },
      token,
    )
    person.backupCodes ??= body.backup_codes ?? []
    await ageStep((await userOf(person.email)).id)
  },
  async security_key(person, token) {
    person.securityKey = await newKey({ userVerified: false })
    await registerKey(person, token, person.securityKey, 'security_key')
  },
  async passkey(person, token) {
    person.passkey = await newKey({ backupEligible: true })
    await registerKey(person, token, person.passkey, 'passkey')
  },
}

async function registerKey(person: Person, token: string, key: Key, kind: string): Promise<void> {
  const { body } = await post<Options>(person, '/webauthn/register/options', { kind }, token)
  const made = await post<{ backup_codes?: string[] }>(
    person,
    '/webauthn/register/verify',
    { credential: await key.create(body) },
    token,
  )
  expect(made.status).toBe(201)
  person.backupCodes ??= made.body.backup_codes ?? []
}

interface Policy {
  requireMfa?: boolean
  roles?: string[]
}

/** Someone with these factors, in a tenant of their own; the policy comes after. */
async function personWith(factors: Factor[], policy: Policy): Promise<Person> {
  const tenant = await newTenant({ emailFactor: true })
  const email = await preparedUserIn(tenant)
  const person: Person = {
    email,
    password,
    tenant,
    phone: randomPhone(),
    sub: newPersonThere().sub,
  }
  await setUser(email, { phone_e164: person.phone, phone_verified_at: new Date().toISOString() })
  for (const factor of factors) {
    const acr = person.backupCodes ? 'aal2' : 'aal1'
    await adders[factor](person, await preparedSession(email, acr))
  }
  if (policy.requireMfa) {
    await row(
      `update tenants set settings = settings || '{"require_mfa":true}' where id = $1 returning id`,
      [tenant.id],
    )
  }
  if (policy.roles) await setUser(person.email, { roles: policy.roles })
  return person
}

type Result = Record<string, unknown>

/** What stands after one way in, whatever the account has and whatever policy asks. */
interface Way {
  /** False where it does not apply to these factors. */
  applies?(factors: Factor[]): boolean
  enter(person: Person): Promise<Result>
  /** What the person has done before, in a session of two factors where there are any. */
  before?(person: Person, token: string): Promise<void>
  /** What the first step proves. */
  amr: string[]
  /** True where that step alone is two factors. */
  isWhole?: boolean
  /** True where it removes every factor. */
  clears?: boolean
  /** What codes go to that has been shown, or has just set the password: it is no second proof then. */
  uses?: 'mailbox' | 'number'
  /** What the account has proven, where it is new: nothing is known of it, and it has no factor yet. */
  newWith?: 'nothing' | 'mailbox' | 'number'
  /** Enters once more. Without it: by the password. */
  again?(person: Person): Promise<Result>
}

const byPassword = async (person: Person): Promise<Result> => (await login(person)).body

async function byKey(person: Person, key: Key | undefined, verified: boolean): Promise<Result> {
  const { body: options } = await post<Options>(person, '/webauthn/login/options', {})
  const credential = await key?.get(options, { userVerified: verified })
  const body = { challenge_id: options.challenge_id, credential }
  return (await post(person, '/webauthn/login/verify', body)).body
}

async function mailedToken(person: Person, page: string): Promise<string> {
  const link = `/${page}?tenant=${person.tenant.headers['X-Tenant']}#token=`
  return tokenIn(await mailed(person.email, ({ text }) => text.includes(link)))
}

async function byCode(person: Person, type: 'email' | 'phone', channel: string): Promise<Result> {
  const destination = type === 'email' ? person.email : person.phone
  const before = await mails(destination, 0)
  const sent = await post(person, '/otp/send', { destination, type, channel })
  expect(sent.status).toBe(202)
  const code = codeIn(await next(destination, before))
  const { challenge_id } = sent.body
  // As if an hour had passed since: the next one may be sent at once.
  const { body } = await post(person, '/otp/verify', { challenge_id, code })
  await ageCodes(destination, oneTimeCode.window, 'code', person.tenant.id)
  return body
}

async function byLink(person: Person): Promise<Result> {
  const { email, tenant } = person
  const before = await mails(email, 0)
  expect((await post(person, '/magic-link', { email })).status).toBe(202)
  const token = tokenIn(await next(email, before))
  await ageCodes(email, oneTimeCode.window, 'link', tenant.id)
  return (await post(person, '/magic-link/verify', { token })).body
}

async function byBrowser({ email, sub, tenant: { headers } }: Person): Promise<Result> {
  const query = { tenant: headers['X-Tenant'] }
  const { code = '', app } = await throughProvider('google', newPersonThere({ email, sub }), {
    query,
  })
  return { ...(await exchange(code, app, headers)).body }
}

async function byToken({ email, sub, tenant: { headers } }: Person): Promise<Result> {
  const proof = await nativeProof('apple', newPersonThere({ email, sub }))
  return { ...(await nativeSignIn('apple', proof, headers)).body }
}

/** A provider's word joins no account that has or needs a second factor: who is signed in has linked it. */
const linked =
  (provider: 'google' | 'apple') =>
  async (person: Person, token: string): Promise<void> => {
    const { email, sub } = person
    const proof = await nativeProof(provider, newPersonThere({ email, sub }))
    const answer = await post(person, `/identities/${provider}`, { ...proof }, token)
    expect(answer.status).toBe(201)
  }

const asNew = (enter: (person: Person) => Promise<Result>) => (person: Person) => {
  person.email = randomEmail()
  person.phone = randomPhone()
  return enter(person)
}

const fresh = (factors: Factor[]) => factors.length === 0

const byMailedCode = (person: Person) => byCode(person, 'email', 'email')
const byText = (channel: string) => (person: Person) => byCode(person, 'phone', channel)

/** Every way to begin a sign-in. A new one is put here. */
const ways: Record<string, Way> = {
  password: {
    amr: ['pwd'],
    enter: byPassword,
  },
  'passkey, user verified': {
    applies: (factors) => factors.includes('passkey'),
    amr: ['swk', 'user'],
    isWhole: true,
    enter: (person) => byKey(person, person.passkey, true),
  },
  'registration at once': {
    applies: fresh,
    amr: ['pwd'],
    newWith: 'nothing',
    async enter(person) {
      await row(
        `update tenants set settings = settings || '{"email_verification":false}' where id = $1 returning id`,
        [person.tenant.id],
      )
      person.email = randomEmail()
      return (await post(person, '/register', registration(person.email))).body
    },
  },
  'reset and sign-in': {
    amr: ['pwd'],
    uses: 'mailbox',
    async enter(person) {
      await post(person, '/forgot-password', { email: person.email })
      const token = await mailedToken(person, 'reset-password')
      const reset = await post(person, '/reset-password', { token, password: renewed })
      expect([reset.status, reset.body]).toEqual([200, { status: 'password_reset' }])
      person.password = renewed
      return (await login(person)).body
    },
  },
  'recovery and sign-in': {
    amr: ['pwd'],
    clears: true,
    uses: 'mailbox',
    async enter(person) {
      await post(person, '/recover', { email: person.email })
      const token = await mailedToken(person, 'recover')
      const backup_code = person.backupCodes?.pop()
      const wish = { token, new_password: renewed, ...(backup_code ? { backup_code } : {}) }
      const recovered = await post(person, '/recover/verify', wish)
      expect([recovered.status, recovered.body]).toEqual([200, { status: 'recovered' }])
      person.password = renewed
      return (await login(person)).body
    },
  },
  'a mailed code': { amr: ['email'], uses: 'mailbox', enter: byMailedCode, again: byMailedCode },
  'a mailed code, for the first time': {
    applies: fresh,
    amr: ['email'],
    uses: 'mailbox',
    newWith: 'mailbox',
    enter: asNew(byMailedCode),
  },
  'a texted code': { amr: ['sms'], uses: 'number', enter: byText('sms'), again: byText('sms') },
  'a code by WhatsApp': {
    applies: (factors) => fresh(factors) || factors.includes('sms'),
    amr: ['sms'],
    uses: 'number',
    enter: byText('whatsapp'),
    again: byText('whatsapp'),
  },
  'a texted code, for the first time': {
    applies: fresh,
    amr: ['sms'],
    uses: 'number',
    newWith: 'number',
    enter: asNew(byText('sms')),
  },
  'a mailed link': { amr: ['email'], uses: 'mailbox', enter: byLink, again: byLink },
  'a mailed link, for the first time': {
    applies: fresh,
    amr: ['email'],
    uses: 'mailbox',
    newWith: 'mailbox',
    enter: asNew(byLink),
  },
  'a provider, in a browser': {
    amr: ['fed'],
    before: linked('google'),
    enter: byBrowser,
    again: byBrowser,
  },
  'a provider, in a browser, for the first time': {
    applies: fresh,
    amr: ['fed'],
    newWith: 'mailbox',
    enter: asNew(byBrowser),
  },
  'a provider, by its token': {
    amr: ['fed'],
    before: linked('apple'),
    enter: byToken,
    again: byToken,
  },
  'a provider, by its token, for the first time': {
    applies: fresh,
    amr: ['fed'],
    newWith: 'mailbox',
    enter: asNew(byToken),
  },
}

/** How each kind of second factor is shown, and what it adds. */
const shows: Record<
  string,
  { amr: string[]; show(person: Person, token: string): Promise<Answer> }
> = {
  totp: {
    amr: ['otp'],
    show: (person, mfa_token) =>
      post(person, '/mfa/verify', {
        mfa_token,
        type: 'totp',
        code: totpOf(person.secret ?? ''),
      }),
  },
  backup_code: {
    amr: ['otp'],
    show: (person, mfa_token) =>
      post(person, '/mfa/verify', {
        mfa_token,
        type: 'backup_code',
        code: person.backupCodes?.pop(),
      }),
  },
  email: {
    amr: ['email'],
    async show(person, mfa_token) {
      const before = await mails(person.email, 0)
      await post(person, '/mfa/challenge', { mfa_token, type: 'email' })
      const code = codeIn(await next(person.email, before))
      return post(person, '/mfa/verify', { mfa_token, type: 'email', code })
    },
  },
  sms: {
    amr: ['sms'],
    async show(person, mfa_token) {
      const before = await mails(person.phone, 0)
      await post(person, '/mfa/challenge', { mfa_token, type: 'sms' })
      const code = codeIn(await next(person.phone, before))
      return post(person, '/mfa/verify', { mfa_token, type: 'sms', code })
    },
  },
  webauthn: {
    amr: [],
    async show(person, mfa_token) {
      const key = (person.securityKey ?? person.passkey) as Key
      const asked = { mfa_token, type: 'webauthn' }
      const { body: options } = await post<Options>(person, '/mfa/challenge', asked)
      return post(person, '/mfa/verify', { ...asked, credential: await key.get(options) })
    },
  },
}

const sets: Record<string, Factor[]> = {
  none: [],
  totp: ['totp'],
  'a security key': ['security_key'],
  'a passkey': ['passkey'],
  'e-mail': ['email'],
  texts: ['sms'],
  several: ['email', 'sms', 'totp', 'security_key', 'passkey'],
}

const policies: Record<string, Policy> = {
  'policy off': {},
  'the tenant requires a factor': { requireMfa: true },
  'an admin': { roles: ['admin'] },
  'an owner': { roles: ['member', 'owner'] },
}

const cases = Object.entries(sets).flatMap(([set, factors]) =>
  Object.entries(policies).map(([policy, rules]) => ({ set, factors, policy, rules })),
)

function claimsOf(token: unknown): { amr: string[]; acr: string } {
  const [, payload = ''] = String(token).split('.')
  return JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')))
}

async function sessionsOf({ email, phone }: Person): Promise<{ amr: string[]; acr: string }[]> {
  return rows(
    `select s.amr, s.acr from sessions s join users u on u.id = s.user_id
     where (u.email = $1 or u.phone_e164 = $2) and s.revoked_at is null and s.authority_version = u.authority_version`,
    [email, phone],
  )
}

async function endAll({ email }: Person): Promise<void> {
  await rows(
    `update sessions s set revoked_at = now() from users u where u.id = s.user_id and u.email = $1`,
    [email],
  )
}

/** The names of a result: which of the three it is. */
function shapeOf(result: Result): string {
  const names = ['access_token', 'mfa_token', 'enrollment_token'].filter((name) => name in result)
  return names.join(' ')
}

function typesOf(factors: Factor[], uses: Way['uses']): string[] {
  const kinds = factors.map((factor) =>
    factor === 'passkey' || factor === 'security_key' ? 'webauthn' : factor,
  )
  const spoken = { mailbox: 'email', number: 'sms', none: '' }[uses ?? 'none']
  return [...new Set([...kinds.filter((kind) => kind !== spoken), 'backup_code'])].sort()
}

const texted = ({ phone }: Person, type: string) => (type === 'sms' ? { phone_e164: phone } : {})

/** What an account without a factor may set up after this way in. */
function offeredBy({ uses, newWith = 'mailbox' }: Way): string[] {
  const mail = uses !== 'mailbox' && newWith === 'mailbox' ? ['email'] : []
  const texts = uses !== 'number' ? ['sms', 'whatsapp'] : []
  return [...mail, ...texts, 'totp', 'webauthn'].sort()
}

// CVE-2025-64103, CVE-2026-73278, GHSA-4qvm-r4pr-v3wg: one of several ways in asked for no second factor.
describe.each(Object.entries(ways))('by %s', (_name, way) => {
  const fitting = cases.filter(({ factors }) => way.applies?.(factors) ?? true)

  // Each has a tenant and a person of its own.
  it.concurrent.each(fitting)('with $set, $policy', async ({ factors, rules }) => {
    const person = await personWith(factors, rules)
    // A new account has no role yet.
    const required = rules.requireMfa || (rules.roles && !way.newWith)
    await way.before?.(person, await preparedSession(person.email, 'aal2'))
    await endAll(person)
    const result = await way.enter(person)
    const has = factors.length > 0 && !way.clears

    if (way.isWhole || (!has && !required)) {
      expect(shapeOf(result)).toBe('access_token')
      const { amr, acr } = claimsOf(result.access_token)
      const whole = { amr: [...way.amr, 'mfa'], acr: 'aal2' }
      expect({ amr, acr }).toEqual(way.isWhole ? whole : { amr: way.amr, acr: 'aal1' })
      expect(await sessionsOf(person)).toEqual([{ amr, acr }])
      return
    }
    // Nothing is signed in before policy has what it asks for.
    expect(await sessionsOf(person)).toEqual([])
    if (!has) {
      expect(shapeOf(result)).toBe('enrollment_token')
      expect(result.mfa_types).toEqual(offeredBy(way))
      // What was shown is no second factor either where nobody offers it.
      const shut = way.uses === 'mailbox' ? 'email' : 'sms'
      if (!offeredBy(way).includes(shut)) {
        const token = String(result.enrollment_token)
        const begun = await post(
          person,
          '/mfa/enable',
          { type: shut, ...texted(person, shut) },
          token,
        )
        expect([begun.status, fieldCodes(begun)]).toEqual([422, ['type FACTOR_NOT_AVAILABLE']])
      }
      return
    }
    expect(shapeOf(result)).toBe('mfa_token')
    expect(result.mfa_types).toEqual(typesOf(factors, way.uses))

    const wrong = {
      mfa_token: result.mfa_token,
      type: 'backup_code',
      code: '0000-0000-0000-0000-0000',
    }
    expect((await post(person, '/mfa/verify', wrong)).status).toBe(401)
    expect(await sessionsOf(person)).toEqual([])

    // Each factor that was offered finishes a sign-in of its own.
    let pending: Result | null = result
    for (const type of typesOf(factors, way.uses)) {
      pending ??= await (way.again ?? byPassword)(person)
      const shown = await shows[type]?.show(person, String(pending.mfa_token))
      expect([type, shown?.status]).toEqual([type, 200])
      const { amr, acr } = claimsOf(shown?.body.access_token)
      const keyed = person.securityKey ? ['hwk'] : ['swk', 'user']
      const added = type === 'webauthn' ? keyed : (shows[type]?.amr ?? [])
      expect({ type, amr, acr }).toEqual({ type, amr: [...way.amr, ...added, 'mfa'], acr: 'aal2' })
      expect(await sessionsOf(person)).toEqual([{ amr, acr }])
      await endAll(person)
      pending = null
    }
  })
})

describe('a passkey that has not verified its user', () => {
  it('is no way in, whatever the account has', async () => {
    for (const factors of [['passkey'], ['security_key'], ['totp', 'passkey']] as Factor[][]) {
      const person = await personWith(factors, {})
      await endAll(person)
      const result = await byKey(person, person.passkey ?? person.securityKey, false)
      expect(result).toMatchObject({ code: 'WEBAUTHN_INVALID' })
      expect(await sessionsOf(person)).toEqual([])
    }
  })
})

describe('the token of a sign-in that must enrol a factor', () => {
  const opened = [
    'POST /mfa/enable',
    'POST /mfa/confirm',
    'POST /webauthn/register/options',
    'POST /webauthn/register/verify',
  ]

  it('opens the routes of enrolment, and no other', async () => {
    const person = await personWith([], { roles: ['admin'] })
    const { enrollment_token: token } = (await login(person)).body
    const routes = (await operations()).filter(({ secured }) => secured)
    const open: string[] = []
    for (const { name, method, path } of routes) {
      const filled = path.replace('{id}', crypto.randomUUID())
      const answer = await call(filled, undefined, {
        method,
        token: String(token),
        headers: person.tenant.headers,
      })
      if (answer.status !== 401) open.push(name.replace(auth, ''))
    }
    expect(open.sort()).toEqual([...opened].sort())
    expect(await sessionsOf(person)).toEqual([])
  })

  it.each(['totp', 'email', 'sms', 'passkey'] as const)(
    'binds %s, and then the sign-in shows it',
    async (factor) => {
      const person = await personWith([], { requireMfa: true })
      const { enrollment_token: token } = (await login(person)).body
      await adders[factor](person, String(token))
      expect(person.backupCodes).toHaveLength(10)
      // The token is not a session, and is not one after it has done its work.
      expect(await sessionsOf(person)).toEqual([])
      const again = await post(person, '/mfa/enable', { type: 'totp' }, String(token))
      expect([again.status, again.body.code]).toEqual([401, 'TOKEN_INVALID'])
      expect(shapeOf((await login(person)).body)).toBe('mfa_token')
    },
  )

  it.each([
    ['no channel', '{"text_channels":[]}'],
    ['no country', '{"text_regions":[]}'],
  ])('offers no texts where a tenant sends them by %s', async (_name, settings) => {
    const person = await personWith([], { requireMfa: true })
    await row('update tenants set settings = settings || $2 where id = $1 returning id', [
      person.tenant.id,
      settings,
    ])
    expect((await login(person)).body.mfa_types).toEqual(['email', 'totp', 'webauthn'])
  })
})
