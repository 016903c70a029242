import { describe, expect, it } from 'vitest'
import { formNames } from '../../src/forms/form.ts'
import { consentVersion } from '../../src/policy.ts'
import type { RegisterForm } from '../../src/tenants/register-form.ts'
import { noBranding } from '../../src/tenants/tenant.ts'
import { serviceWith } from '../http/service.ts'
import { call, cost, randomEmail, registration } from '../support/client.ts'
import { fieldCodes } from '../support/problem.ts'
import { newTenant } from '../support/tenant.ts'
import { actionsOf, type Form, fieldOf, formOf, namesOf } from './served-form.ts'

const bangladeshi = { 'Accept-Language': 'bn-BD,bn;q=0.9,en;q=0.8' }

describe.each(formNames)('the form %s', (name) => {
  it('says where it goes and what it asks, without a round trip', async () => {
    const answer = await formOf(name)
    expect([answer.status, cost(answer)]).toEqual([200, { db: 0, do: 0, kv: 0, hash: 0 }])
    expect(answer.body.form).toMatchObject({ name })
    expect(answer.body.fields.length).toBeGreaterThan(0)
    expect(actionsOf(answer)[0]).toBe('submit')
  })

  it('goes to a route that there is, by its method', async () => {
    const { action, method } = (await formOf(name)).body.form
    expect((await call(action, {}, { method })).status).not.toBe(404)
    expect((await call(action, {}, { method })).status).not.toBe(405)
  })

  it('has every word in both languages, and is otherwise the same', async () => {
    const [english, bengali] = [(await formOf(name)).body, (await formOf(name, bangladeshi)).body]
    expect(bengali.schema_version).toBe(english.schema_version)
    const words = (form: Form) => [
      ...form.fields.map(({ label }) => label),
      ...form.fields.flatMap(({ options = [] }) => options.map(({ label }) => label)),
      ...form.fields.flatMap(({ validators }) => validators.map(({ message }) => message)),
      ...form.actions.map(({ label }) => label),
      ...(form.password_policy?.rules ?? []).map(({ message }) => message),
    ]
    expect(words(bengali)).toHaveLength(words(english).length)
    for (const word of words(english)) expect(word).not.toMatch(/\p{Script=Bengali}|#/u)
    for (const word of words(bengali)) expect(word).toMatch(/\p{Script=Bengali}/u)
    // Latin digits only in an example of what is typed.
    for (const word of words(bengali)) expect(word).not.toMatch(/(?<![+\d-])\d+(?![\d-])/)
    const strip = (form: Form) =>
      JSON.stringify(form, (key, value) => (/label|message/.test(key) ? undefined : value))
    expect(strip(bengali)).toBe(strip(english))
  })
})

describe('a form', () => {
  it('is known by its tag: what has not changed is not sent again', async () => {
    const first = await formOf('login')
    const etag = first.headers.get('ETag') ?? ''
    expect(etag).toMatch(/^"[\w-]{16}"$/)
    expect(first.headers.get('Cache-Control')).toBe('private, no-cache')
    expect(first.headers.get('Content-Language')).toBe('en')
    for (const sent of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await formOf('login', { 'If-None-Match': sent })
      expect([again.status, again.headers.get('ETag'), again.body]).toEqual([304, etag, {}])
      expect(cost(again).db).toBe(0)
      expect(again.headers.get('Cache-Control')).toBe('private, no-cache')
    }
    for (const sent of ['"other"', 'other', etag.slice(1, -1)]) {
      expect((await formOf('login', { 'If-None-Match': sent })).status).toBe(200)
    }
    expect((await formOf('login', { ...bangladeshi, 'If-None-Match': etag })).status).toBe(200)
  })

  it('varies by what it is made from', async () => {
    const vary = (await formOf('login')).headers.get('Vary') ?? ''
    for (const name of ['Accept-Language', 'X-Tenant', 'Authorization', 'Origin']) {
      expect(vary).toContain(name)
    }
    const origin = 'http://localhost:5173'
    const { headers } = await formOf('login', { Origin: origin })
    expect(headers.get('Vary')).toContain('Origin')
    expect(headers.get('Access-Control-Allow-Origin')).toBe(origin)
    expect(headers.get('Access-Control-Expose-Headers')).toMatch(/X-App-Update.*ETag/)
  })

  it.each(['', 'name=', 'name=nothing', 'name=__proto__', 'name=constructor'])(
    'that there is not is refused: %j',
    async (query) => {
      const answer = await call(`/api/v1/auth/forms?${query}`)
      expect(answer.status).toBe(422)
      expect(answer.headers.get('Cache-Control')).toBe('no-store')
    },
  )

  it('is served to an app that is not served any more', async () => {
    const headers = { 'X-App-Platform': 'android', 'X-App-Version': '0.0.1' }
    expect((await formOf('register', headers)).status).toBe(200)
  })

  it('has a version that moves with the tenant’s rules, and with nothing else', async () => {
    const versionOf = async (headers?: Record<string, string>) =>
      (await formOf('register', headers)).body.schema_version
    const usual = await versionOf((await newTenant()).headers)
    expect(await versionOf((await newTenant()).headers)).toBe(usual)
    expect(await versionOf((await newTenant({ requireMfa: true })).headers)).toBe(usual)
    const changed = [
      { registerForm: 'bd_profile' as const },
      { passwordPolicy: { minLength: 12 } },
      { termsVersion: '2' },
      { minimumAge: 18 },
      { signInMethods: ['password' as const] },
      { branding: { ...noBranding, name: 'Acme' } },
    ]
    const versions = await Promise.all(
      changed.map(async (settings) => versionOf((await newTenant(settings)).headers)),
    )
    expect(new Set([usual, ...versions]).size).toBe(changed.length + 1)
  })
})

describe('the branding of a form', () => {
  it('is what the tenant has set, and where it has set nothing the name that it was founded by', async () => {
    const own = await newTenant({
      branding: { ...noBranding, name: 'Acme', primaryColor: '#aa2211' },
    })
    const nothing = { name: null, logo_url: null, primary_color: null, support_url: null }
    const { branding } = (await formOf('login', own.headers)).body
    expect(branding).toEqual({ ...nothing, name: 'Acme', primary_color: '#aa2211' })
    const founded = await formOf('login', (await newTenant()).headers)
    expect(founded.body.branding).toEqual({ ...nothing, name: 'A tenant of a test' })
    // The first tenant was not founded: it is the service.
    expect((await formOf('login')).body.branding).toEqual(nothing)
  })
})

describe('the register form', () => {
  it('is the preset `minimal` by default: an address, a password, consents; the rest may be left', async () => {
    const form = await formOf('register')
    expect(form.body.form).toEqual({
      name: 'register',
      action: '/api/v1/auth/register',
      method: 'POST',
    })
    const required = form.body.fields.filter((field) => field.required).map(({ name }) => name)
    expect(required).toEqual(['password', 'terms_accepted', 'privacy_accepted'])
    expect(form.body.any_of).toMatchObject([{ fields: ['email', 'phone_e164'] }])
    expect(fieldOf(form, 'email')).toMatchObject({ type: 'email', autocomplete: 'email' })
    expect(fieldOf(form, 'password')).toMatchObject({
      type: 'password',
      autocomplete: 'new-password',
    })
    expect(fieldOf(form, 'date_of_birth')).toMatchObject({ type: 'date', autocomplete: 'bday' })
    expect(fieldOf(form, 'gender').options?.map(({ value }) => value)).toEqual([
      'male',
      'female',
      'other',
      'prefer_not_to_say',
    ])
  })

  it('is the preset `bd_profile` where the tenant says so, for numbers of Bangladesh', async () => {
    const { headers } = await newTenant({ registerForm: 'bd_profile' })
    const form = await formOf('register', headers)
    expect(namesOf(form)).toEqual([
      'first_name',
      'last_name',
      'date_of_birth',
      'gender',
      'email',
      'mobile',
      'password',
      'terms_accepted',
      'privacy_accepted',
    ])
    expect(form.body.fields.every(({ required }) => required)).toBe(true)
    const mobile = fieldOf(form, 'mobile').validators
    expect(mobile).toContainEqual(
      expect.objectContaining({ type: 'pattern', value: '^\\+8801[3-9]\\d{8}$' }),
    )
    expect(mobile).toContainEqual(expect.objectContaining({ type: 'regions', value: ['BD'] }))
  })

  it('shows the fields that a tenant asks for, offers and hides', async () => {
    const registerForm: RegisterForm = {
      preset: 'bd_profile',
      fields: [
        { name: 'gender', use: 'hidden' },
        { name: 'mobile', use: 'optional' },
        { name: 'phone_e164', use: 'required' },
        { name: 'email', use: 'optional' },
      ],
      ownFields: [],
    }
    const { headers } = await newTenant({ registerForm })
    const form = await formOf('register', headers)
    expect(namesOf(form)).not.toContain('gender')
    expect(fieldOf(form, 'mobile').required).toBe(false)
    expect(fieldOf(form, 'phone_e164').required).toBe(true)
    expect(form.body.any_of).toEqual([])
    const refused = await call(
      '/api/v1/auth/register',
      { password: 'x', gender: 'male' },
      { headers },
    )
    const codes = fieldCodes(refused)
    expect(codes).toContain('gender UNKNOWN_FIELD')
    expect(codes).toContain('phone_e164 REQUIRED')
    expect(codes.filter((code) => /^(email|mobile|gender) /.test(code))).toEqual([
      'gender UNKNOWN_FIELD',
    ])
  })

  it('tells the texts that are consented to: version of the tenant, links of its branding', async () => {
    expect((await formOf('register')).body.consents).toMatchObject([
      { kind: 'terms', field: 'terms_accepted', version: consentVersion, url: null },
      { kind: 'privacy', field: 'privacy_accepted', version: consentVersion, url: null },
    ])
    const terms = 'https://example.com/terms'
    const { headers } = await newTenant({
      termsVersion: '2026-12',
      branding: { ...noBranding, termsUrl: terms },
    })
    expect((await formOf('register', headers)).body.consents).toMatchObject([
      { version: '2026-12', url: terms, required: true },
      { version: consentVersion, url: null },
    ])
  })

  it('asks for nothing where nobody registers by password', async () => {
    const { headers } = await newTenant({ signInMethods: ['magic_link'] })
    const form = await formOf('register', headers)
    expect([form.body.fields, actionsOf(form)]).toEqual([[], ['magic_link', 'login']])
  })
})

/** A value that breaks just the rule; null where a page alone cannot. */
const breaking: Record<string, unknown> = {
  'email format': 'nobody',
  'email max_length': `${'a'.repeat(60)}@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.${'e'.repeat(60)}.com`,
  'phone_e164 pattern': '12',
  'phone_e164 regions': '+14155552671',
  'mobile pattern': '+8801212345678',
  'mobile regions': '+14155552671',
  'first_name max_length': 'a'.repeat(81),
  'first_name pattern': 'R2D2',
  'last_name max_length': 'a'.repeat(81),
  'last_name pattern': '<b>',
  'date_of_birth format': '31.12.1990',
  'date_of_birth min_age': `${new Date().getUTCFullYear() - 5}-01-01`,
  'date_of_birth max_age': '1850-01-01',
  'gender options': 'unknown',
  'password min_length': 'aB3!',
  'password max_length': 'aB3! '.repeat(60),
  'password pattern': 'only lower case letters',
  'team options': 'purple',
  'started format': '2026-02-30',
  'motto max_length': 'x'.repeat(21),
}

describe('every rule that is served', async () => {
  const registerForm: RegisterForm = {
    preset: 'minimal',
    fields: [
      { name: 'first_name', use: 'required' },
      { name: 'mobile', use: 'required' },
    ],
    ownFields: [
      { name: 'motto', type: 'text', label: { en: 'Motto' }, required: true, maxLength: 20 },
      {
        name: 'team',
        type: 'select',
        label: { en: 'Team' },
        required: true,
        options: [{ value: 'red', label: { en: 'Red' } }],
      },
      { name: 'started', type: 'date', label: { en: 'Since' }, required: true },
      { name: 'news', type: 'checkbox', label: { en: 'News' }, required: true },
    ],
  }
  const { headers } = await newTenant({
    registerForm,
    phoneRegions: ['BD'],
    passwordPolicy: { requireUppercase: true },
  })
  const form = (await formOf('register', headers)).body
  const rules = form.fields.flatMap((field) =>
    field.validators.map((rule) => [`${field.name} ${rule.type}`, field.name, rule] as const),
  )

  it('is looked at', () => expect(rules.length).toBeGreaterThan(25))

  it.each(rules)('%s is the server’s too, by the same code', async (id, name, { type, code }) => {
    const value = type === 'required' ? undefined : breaking[id]
    expect(type === 'required' || value !== undefined, id).toBe(true)
    const body = registration(randomEmail(), { [name]: value })
    const answer = await call('/api/v1/auth/register', body, { headers })
    expect(fieldCodes(answer)).toContain(`${name} ${code}`)
  })
})

describe('the ways in', () => {
  const social = ['google', 'facebook', 'apple', 'github', 'microsoft']
  const links = ['forgot_password', 'register']

  it('are those that the tenant has open', async () => {
    expect(actionsOf(await formOf('login'))).toEqual([
      'submit',
      'passkey',
      'email_code',
      'sms_code',
      'whatsapp_code',
      'magic_link',
      ...social,
      ...links,
    ])
    const { headers } = await newTenant({ signInMethods: ['password', 'google', 'sms_code'] })
    const form = await formOf('login', headers)
    expect(actionsOf(form)).toEqual(['submit', 'sms_code', 'google', ...links])
    expect(form.body.actions).toContainEqual({
      id: 'google',
      type: 'oauth',
      provider: 'google',
      label: 'Continue with Google',
      href: '/api/v1/auth/oauth/google',
      method: 'GET',
    })
  })

  it('are those that the operator has set up', async () => {
    const service = serviceWith({
      GOOGLE_CLIENT_IDS: '',
      GOOGLE_CLIENT_SECRET: '',
      WHATSAPP_VENDOR: 'none',
    })
    const { body } = await service('/api/v1/auth/forms?name=login', {})
    const ids = (body as unknown as Form).actions.map(({ id }) => id)
    expect(ids).not.toContain('google')
    expect(ids).not.toContain('whatsapp_code')
    expect(ids).toContain('github')
    expect(ids).toContain('sms_code')
  })

  it('are none that a text would be needed for, where none is sent', async () => {
    const { headers } = await newTenant({ textChannels: [] })
    const ids = actionsOf(await formOf('login', headers))
    expect(ids.filter((id) => /sms|whatsapp/.test(id))).toEqual([])
    const mfa = fieldOf(await formOf('mfa', headers), 'type').options?.map(({ value }) => value)
    expect(mfa).toEqual(['totp', 'webauthn', 'backup_code'])
  })

  it('leave the form without fields where no password is taken', async () => {
    const { headers } = await newTenant({ signInMethods: ['passkey', 'magic_link'] })
    const form = await formOf('login', headers)
    expect([form.body.fields, actionsOf(form)]).toEqual([[], ['passkey', 'magic_link']])
  })
})
