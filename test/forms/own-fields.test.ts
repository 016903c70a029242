import { describe, expect, it } from 'vitest'
import type { OwnField, RegisterForm } from '../../src/tenants/register-form.ts'
import { act, newAdministrator } from '../support/administrator.ts'
import {
  call,
  codeIn,
  cost,
  mails,
  password,
  randomEmail,
  randomPhone,
  registration,
  signIn,
  type Tokens,
  tokenIn,
} from '../support/client.ts'
import { row, rows } from '../support/database.ts'
import { codeOf, fieldCodes } from '../support/problem.ts'
import { changeSettings, newTenant, type TestTenant } from '../support/tenant.ts'
import { fieldOf, formOf, namesOf } from './served-form.ts'

const auth = '/api/v1/auth'

const fields: readonly OwnField[] = [
  { name: 'company', type: 'text', label: { en: 'Company', bn: 'প্রতিষ্ঠান' }, required: true },
  {
    name: 'team',
    type: 'select',
    label: { en: 'Team' },
    required: false,
    options: [
      { value: 'red', label: { en: 'Red', bn: 'লাল' } },
      { value: 'blue', label: { en: 'Blue' } },
    ],
  },
  { name: 'started', type: 'date', label: { en: 'Since' }, required: false },
  { name: 'news', type: 'checkbox', label: { en: 'Send me news' }, required: false },
]
const asking = (ownFields: readonly OwnField[]): RegisterForm => ({
  preset: 'minimal',
  fields: [],
  ownFields,
})
const registerForm = asking(fields)
const answers = { company: 'Acme', team: 'red', started: '2020-02-29', news: true }

function register(tenant: TestTenant, body: object) {
  return call(`${auth}/register`, body, { headers: tenant.headers })
}

async function extraOf(address: string): Promise<unknown> {
  const found = await row<{ extra: unknown }>(
    'select extra from users where email = $1 or phone_e164 = $1',
    [address],
  )
  return found.extra
}

describe('own fields', () => {
  it('are in the form, in the language of the request', async () => {
    const { headers } = await newTenant({ registerForm })
    const form = await formOf('register', { ...headers, 'Accept-Language': 'bn' })
    expect(fieldOf(form, 'company')).toMatchObject({
      type: 'text',
      label: 'প্রতিষ্ঠান',
      required: true,
    })
    expect(fieldOf(form, 'team')).toMatchObject({
      label: 'Team',
      options: [
        { value: 'red', label: 'লাল' },
        { value: 'blue', label: 'Blue' },
      ],
    })
    expect(namesOf(await formOf('profile', headers))).toEqual(
      expect.arrayContaining(['company', 'team', 'started', 'news']),
    )
  })

  it('wait with the registration, and are the account’s once the address is proven', async () => {
    const tenant = await newTenant({ registerForm })
    const email = randomEmail()
    expect((await register(tenant, registration(email, answers))).status).toBe(202)
    expect(await extraOf(email)).toEqual({})
    const [mail] = await mails(email)
    await call(
      `${auth}/verify-email`,
      { token: mail && tokenIn(mail) },
      { headers: tenant.headers },
    )
    const { body } = await signIn(email, { headers: tenant.headers })
    expect(body.user).toMatchObject({ extra: answers })
    const me = await call(`${auth}/me`, undefined, { token: body.access_token })
    expect(me.body.extra).toEqual(answers)
  })

  it('come with a registration by phone', async () => {
    const tenant = await newTenant({ registerForm })
    const phone = randomPhone()
    const { email: _, ...body } = registration('', { phone_e164: phone, ...answers })
    expect((await register(tenant, body)).status).toBe(202)
    const [text] = await mails(phone)
    const proof = { phone_e164: phone, code: text && codeIn(text) }
    const proven = await call(`${auth}/verify-email`, proof, { headers: tenant.headers })
    expect(proven.status).toBe(200)
    expect(await extraOf(phone)).toEqual(answers)
  })

  it('come with a registration that needs no proof', async () => {
    const tenant = await newTenant({ registerForm, emailVerification: false })
    const { body, status } = await call<Tokens>(
      `${auth}/register`,
      registration(randomEmail(), { company: ' Acme ', team: '', started: null }),
      { headers: tenant.headers },
    )
    expect([status, body.user]).toMatchObject([201, { extra: { company: 'Acme' } }])
  })

  it('are not those of a stranger who registered the address before', async () => {
    const tenant = await newTenant({ registerForm })
    const email = randomEmail()
    await register(tenant, registration(email, { ...answers, company: 'Of the stranger' }))
    const [first] = await mails(email)
    await register(tenant, registration(email, { company: 'Of the owner' }))
    const [newest] = await mails(email, 2)
    expect(newest?.id).not.toBe(first?.id)
    const token = newest && tokenIn(newest)
    await call(`${auth}/verify-email`, { token }, { headers: tenant.headers })
    expect(await extraOf(email)).toEqual({ company: 'Of the owner' })
  })

  it('go where somebody else proves the address of an account that nobody proved', async () => {
    const tenant = await newTenant({ registerForm, emailVerification: false })
    const email = randomEmail()
    await register(tenant, registration(email, answers))
    expect(await extraOf(email)).toEqual(answers)
    const { headers } = tenant
    await call(`${auth}/magic-link`, { email }, { headers })
    const [mail] = await mails(email)
    const asked = await call(`${auth}/magic-link`, { email }, { headers })
    const token = mail && tokenIn(mail)
    const used = await call(`${auth}/magic-link/verify`, { token }, { headers })
    expect([200, 403]).toContain(used.status)
    if (used.status === 200) expect(await extraOf(email)).toEqual({})
    expect(asked.status).toBeLessThan(500)
  })

  it.each([
    [{ company: '' }, 'company REQUIRED'],
    [{ company: 'x'.repeat(201) }, 'company TOO_LONG'],
    [{ company: 5 }, 'company TYPE_INVALID'],
    [{ company: 'a\0b' }, 'company TEXT_INVALID'],
    [{ team: 'green' }, 'team INVALID_VALUE'],
    [{ team: ['red'] }, 'team TYPE_INVALID'],
    [{ team: 'constructor' }, 'team INVALID_VALUE'],
    [{ started: '2021-02-29' }, 'started DATE_INVALID'],
    [{ news: 'yes' }, 'news TYPE_INVALID'],
    [{ boss: 'Ann' }, 'boss UNKNOWN_FIELD'],
    [{ extra: { company: 'x' } }, 'extra UNKNOWN_FIELD'],
  ])('are checked: %j is refused', async (change, code) => {
    const tenant = await newTenant({ registerForm })
    const answer = await register(tenant, registration(randomEmail(), { ...answers, ...change }))
    expect([answer.status, fieldCodes(answer)]).toEqual([422, [code]])
    expect(await rows('select from users where tenant_id = $1', [tenant.id])).toEqual([])
  })

  it('of a box that must be checked', async () => {
    const box: OwnField = {
      name: 'age',
      type: 'checkbox',
      label: { en: 'I am 21' },
      required: true,
    }
    const tenant = await newTenant({ registerForm: asking([box]) })
    for (const age of [undefined, null, false]) {
      const answer = await register(tenant, registration(randomEmail(), { age }))
      expect(fieldCodes(answer)).toEqual(['age REQUIRED'])
    }
    const answer = await register(tenant, registration(randomEmail(), { age: true }))
    expect(answer.status).toBe(202)
  })

  it('are of one tenant: another knows nothing of them', async () => {
    const answer = await register(await newTenant(), registration(randomEmail(), answers))
    expect(fieldCodes(answer)).toEqual(
      ['company', 'news', 'started', 'team'].map((name) => `${name} UNKNOWN_FIELD`),
    )
  })
})

describe('PATCH /auth/me', () => {
  async function member() {
    const tenant = await newTenant({ registerForm, emailVerification: false })
    const { body } = await call<Tokens>(`${auth}/register`, registration(randomEmail(), answers), {
      headers: tenant.headers,
    })
    const change = (changes: object) =>
      call(`${auth}/me`, changes, { method: 'PATCH', token: body.access_token })
    return { tenant, change }
  }

  it('changes what is named, clears with null, leaves the rest', async () => {
    const { change } = await member()
    const { body } = await change({ team: 'blue', news: false, started: null })
    expect(body.extra).toEqual({ company: 'Acme', team: 'blue', news: false })
    expect((await change({ first_name: 'Ann' })).body).toMatchObject({
      first_name: 'Ann',
      extra: { company: 'Acme', team: 'blue', news: false },
    })
  })

  it.each([
    [{ company: null }, 'company REQUIRED'],
    [{ team: 'green' }, 'team INVALID_VALUE'],
    [{ boss: 'Ann' }, 'boss UNKNOWN_FIELD'],
    [{ email: 'a@example.com' }, 'email UNKNOWN_FIELD'],
  ])('refuses %j', async (changes, code) => {
    const { change } = await member()
    expect(fieldCodes(await change(changes))).toEqual([code])
  })

  it('lets a value go that is not asked for any more, and takes no new one', async () => {
    const { tenant, change } = await member()
    await change({ gender: 'female' })
    const hiding: RegisterForm = { ...registerForm, fields: [{ name: 'gender', use: 'hidden' }] }
    await changeSettings(tenant, { registerForm: hiding, emailVerification: false }, 'told')
    expect(fieldCodes(await change({ gender: 'male' }))).toEqual(['gender UNKNOWN_FIELD'])
    expect((await change({ gender: null })).body.gender).toBeNull()
  })
})

describe('a form that another isolate has changed', () => {
  const boss: OwnField = { name: 'boss', type: 'text', label: { en: 'Boss' }, required: true }

  it.each([
    ['waits for its mail', {}],
    ['needs no proof', { emailVerification: false }],
  ])('is the one that a registration is judged by: one that %s', async (_, settings) => {
    const tenant = await newTenant(settings)
    await changeSettings(tenant, { ...settings, registerForm: asking([boss]) }, 'not told')
    const refused = await register(tenant, registration(randomEmail()))
    expect(fieldCodes(refused)).toEqual(['boss REQUIRED'])
    expect(await rows('select from users where tenant_id = $1', [tenant.id])).toEqual([])
  })

  it('is the one that a registration is judged by: one by phone', async () => {
    const tenant = await newTenant()
    await changeSettings(tenant, { registerForm: asking([boss]) }, 'not told')
    const phone = randomPhone()
    const body = { phone_e164: phone, password, terms_accepted: true, privacy_accepted: true }
    const refused = await register(tenant, body)
    expect(fieldCodes(refused)).toEqual(['boss REQUIRED'])
    // The code that was counted is given back: the next one is not too soon.
    const taken = await register(tenant, { ...body, boss: 'Ann' })
    expect(taken.status).toBe(202)
    expect(
      await rows('select from text_counts where tenant_id = $1 and sent <> 1', [tenant.id]),
    ).toEqual([])
  })

  it('lets one through that is good by both, at the price of a second look', async () => {
    const tenant = await newTenant()
    await changeSettings(tenant, { termsVersion: '9', emailVerification: false }, 'not told')
    const email = randomEmail()
    const late = await register(tenant, registration(email))
    expect(late.status).toBe(201)
    const consents = await rows(
      `select c.kind, c.version from consents c join users u on u.id = c.user_id
       where u.email = $1 order by c.kind desc`,
      [email],
    )
    expect(consents).toEqual([
      { kind: 'terms', version: '9' },
      { kind: 'privacy', version: '2026-11-01' },
    ])
  })

  it('costs nothing while nothing changes: one round trip', async () => {
    const tenant = await newTenant({ registerForm })
    const answer = await register(tenant, registration(randomEmail(), answers))
    expect(cost(answer)).toMatchObject({ db: 1, hash: 1 })
  })
})

describe('PATCH /tenants/{slug}', () => {
  const change = async (settings: object) => {
    const administrator = await newAdministrator(await newTenant(), 'owner')
    const path = `/tenants/${administrator.slug}`
    return { administrator, answer: await act(administrator, 'PATCH', path, { settings }) }
  }

  it('puts a field into the form, which asks for it at the next request', async () => {
    const own_fields = [
      { name: 'company', type: 'text', label: { en: 'Company' }, required: true, max_length: 10 },
    ]
    const register_form = { fields: [{ name: 'gender', use: 'required' }], own_fields }
    const { administrator, answer } = await change({ register_form })
    expect(answer.status).toBe(200)
    expect(answer.body.settings).toMatchObject({
      register_form: { preset: 'minimal', ...register_form },
    })
    const { headers } = administrator.tenant
    const form = await formOf('register', headers)
    expect(fieldOf(form, 'company').validators).toContainEqual(
      expect.objectContaining({ type: 'max_length', value: 10 }),
    )
    const body = registration(randomEmail(), { company: 'x'.repeat(11) })
    const refused = await call(`${auth}/register`, body, { headers })
    expect(fieldCodes(refused)).toEqual(['company TOO_LONG', 'gender REQUIRED'])
  })

  const field = { name: 'company', type: 'text', label: { en: 'Company' } }
  const own = (...own_fields: object[]) => ({ own_fields })
  const options = [{ value: 'a', label: { en: 'A' } }]
  it.each([
    [own({ ...field, name: 'email' }), 'own_fields.0.name NAME_TAKEN'],
    [own({ ...field, name: 'roles' }), 'own_fields.0.name NAME_TAKEN'],
    [own({ ...field, name: 'constructor' }), 'own_fields.0.name NAME_TAKEN'],
    [own({ ...field, name: '__proto__' }), 'own_fields.0.name INVALID_VALUE'],
    [own({ ...field, name: 'Company' }), 'own_fields.0.name INVALID_VALUE'],
    [own(field, field), 'own_fields.1.name FIELD_REPEATED'],
    [own(...Array(21).fill(field)), 'own_fields TOO_LONG'],
    [own({ ...field, label: { bn: 'x' } }), 'own_fields.0.label.en REQUIRED'],
    [own({ ...field, label: { en: 'x'.repeat(121) } }), 'own_fields.0.label.en TOO_LONG'],
    [own({ ...field, type: 'file' }), 'own_fields.0.type INVALID_VALUE'],
    [own({ ...field, pattern: '(a+)+$' }), 'own_fields.0.pattern UNKNOWN_FIELD'],
    [own({ ...field, max_length: 501 }), 'own_fields.0.max_length TOO_LONG'],
    [own({ ...field, type: 'date', max_length: 5 }), 'own_fields.0.max_length UNEXPECTED'],
    [own({ ...field, options }), 'own_fields.0.options UNEXPECTED'],
    [own({ ...field, type: 'select' }), 'own_fields.0.options REQUIRED'],
    [
      own({ ...field, type: 'select', options: [...options, ...options] }),
      'own_fields.0.options.1.value OPTION_REPEATED',
    ],
    [{ fields: [{ name: 'password', use: 'hidden' }] }, 'fields.0.name INVALID_VALUE'],
    [{ fields: [{ name: 'terms_accepted', use: 'optional' }] }, 'fields.0.name INVALID_VALUE'],
    [{ fields: [{ name: 'gender', use: 'maybe' }] }, 'fields.0.use INVALID_VALUE'],
    [{ fields: Array(2).fill({ name: 'gender', use: 'hidden' }) }, 'fields.1.name FIELD_REPEATED'],
    [
      { fields: ['email', 'phone_e164'].map((name) => ({ name, use: 'hidden' })) },
      'fields NO_ADDRESS',
    ],
    [{ preset: 'bd_profile', fields: [{ name: 'email', use: 'hidden' }] }, 'fields NO_ADDRESS'],
    [{ preset: 'huge' }, 'preset INVALID_VALUE'],
    [
      own(
        ...Array.from({ length: 20 }, (_, at) => ({
          name: `field_${at}`,
          type: 'select',
          label: { en: 'x'.repeat(120) },
          options: Array.from({ length: 10 }, (_, value) => ({
            value: String(value),
            label: { en: 'x'.repeat(110) },
          })),
        })),
      ),
      'own_fields TOO_LARGE',
    ],
  ])('refuses %j by path, and changes nothing', async (register_form, code) => {
    const { administrator, answer } = await change({ register_form })
    expect([answer.status, codeOf(answer)]).toEqual([422, 'VALIDATION_FAILED'])
    expect(fieldCodes(answer)).toContain(`settings.register_form.${code}`)
    const { settings } = await row<{ settings: object }>(
      'select settings from tenants where id = $1',
      [administrator.tenant.id],
    )
    expect(settings).toEqual({})
  })
})
