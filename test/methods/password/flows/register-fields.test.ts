import { describe, expect, it } from 'vitest'
import { type Answer, call, cost, randomEmail, registration } from '../../../support/client.ts'
import { rows } from '../../../support/database.ts'
import { codeOf, fieldCodes } from '../../../support/problem.ts'
import { newTenant } from '../../../support/tenant.ts'

function register(changes: Record<string, unknown>): Promise<Answer> {
  return call('/api/v1/auth/register', registration(randomEmail(), changes))
}

function yearsAgo(years: number): string {
  const day = new Date()
  day.setUTCFullYear(day.getUTCFullYear() - years)
  return day.toISOString().slice(0, 10)
}

describe('a registration is refused by field', () => {
  it.each([
    ['email', 'no address', 'EMAIL_INVALID'],
    ['email', 'ann@mailinator.com', 'EMAIL_DISPOSABLE'],
    ['email', 'ann@nowhere.invalid', 'EMAIL_DOMAIN_INVALID'],
    ['email', 'ann@nomail.example', 'EMAIL_DOMAIN_INVALID'],
    ['phone_e164', '01712345678', 'PHONE_INVALID'],
    ['first_name', 'R2-D2', 'NAME_INVALID'],
    ['last_name', 'x'.repeat(81), 'NAME_TOO_LONG'],
    ['date_of_birth', '1990-02-30', 'DATE_INVALID'],
    ['date_of_birth', yearsAgo(-1), 'DATE_IN_FUTURE'],
    ['date_of_birth', yearsAgo(12), 'TOO_YOUNG'],
    ['date_of_birth', yearsAgo(132), 'TOO_OLD'],
    ['gender', 'Male', 'GENDER_INVALID'],
    ['mobile', '+8801212345678', 'PHONE_INVALID'],
    ['locale', 'not a language', 'LOCALE_INVALID'],
    ['terms_accepted', false, 'CONSENT_REQUIRED'],
    ['privacy_accepted', null, 'CONSENT_REQUIRED'],
    ['first_name', 'A\0nn', 'TEXT_INVALID'],
    ['first_name', 5, 'INVALID_TYPE'],
    ['terms_accepted', 'true', 'INVALID_TYPE'],
    ['first_name', 'x'.repeat(1_025), 'TOO_LONG'],
    ['role', 'admin', 'UNKNOWN_FIELD'],
    ['password', '', 'REQUIRED'],
    ['password', 'Qx7-Zv', 'PASSWORD_TOO_SHORT'],
    ['password', 'vexing plum '.repeat(22), 'PASSWORD_TOO_LONG'],
    ['password', 'iloveyou', 'PASSWORD_TOO_COMMON'],
    ['password', 'greengrass', 'PASSWORD_TOO_WEAK'],
    ['password', 'correcthorsebatterystaple', 'PASSWORD_BREACHED'],
    ['password', 'my gatehouse stands on a hill', 'PASSWORD_CONTAINS_CONTEXT'],
  ])('%s %j: %s', async (field, value, code) => {
    const refused = await register({ [field]: value })
    expect(refused.status).toBe(422)
    expect(codeOf(refused)).toBe('VALIDATION_FAILED')
    expect(fieldCodes(refused)).toContain(`${field} ${code}`)
  })

  it('with every field at once, before anything is hashed or written', async () => {
    const refused = await call('/api/v1/auth/register', {
      email: 'nobody',
      password: 'abc',
      first_name: '4',
      date_of_birth: 'yesterday',
      gender: 'x',
      mobile: '1',
      terms_accepted: false,
    })
    expect(fieldCodes(refused)).toEqual([
      'date_of_birth DATE_INVALID',
      'email EMAIL_INVALID',
      'first_name NAME_INVALID',
      'gender GENDER_INVALID',
      'mobile PHONE_INVALID',
      'password PASSWORD_TOO_SHORT',
      'password PASSWORD_TOO_WEAK',
      'privacy_accepted CONSENT_REQUIRED',
      'terms_accepted CONSENT_REQUIRED',
    ])
    expect(cost(refused)).toEqual({ db: 0, do: 0, kv: 0, hash: 0 })
  })

  it('with wrong types beside broken rules', async () => {
    const refused = await register({
      first_name: ['Ann'],
      gender: 'x',
      password: 'abc',
      role: 'admin',
      terms_accepted: 1,
    })
    expect(fieldCodes(refused)).toEqual([
      'first_name INVALID_TYPE',
      'gender GENDER_INVALID',
      'password PASSWORD_TOO_SHORT',
      'password PASSWORD_TOO_WEAK',
      'role UNKNOWN_FIELD',
      'terms_accepted INVALID_TYPE',
    ])
  })

  it('where nothing says how to reach the person', async () => {
    expect(fieldCodes(await register({ email: undefined }))).toEqual([
      'email EMAIL_OR_PHONE_REQUIRED',
    ])
    const byNumber = await register({ email: undefined, phone_e164: '+8801712345678' })
    expect(fieldCodes(byNumber)).toEqual(['email EMAIL_REQUIRED'])
  })
})

describe('the password must not lean on', () => {
  it.each([
    ['the name', { first_name: 'Rosalind' }, 'quietly rosalind walks home'],
    ['the address', { email: 'wanderlust@example.com' }, 'quietly wanderlust walks home'],
    ['the number', { phone_e164: '+8801712345678' }, 'quietly 8801712345678 walks home'],
  ])('%s', async (_, changes, password) => {
    expect(fieldCodes(await register({ ...changes, password }))).toEqual([
      'password PASSWORD_CONTAINS_CONTEXT',
    ])
  })
})

describe("the tenant's form", () => {
  it('minimal: an address, a password and both consents are enough', async () => {
    const accepted = await register({})
    expect(accepted.status).toBe(202)
  })

  it('bd_profile: asks for the whole profile, and numbers of Bangladesh only', async () => {
    const { id, headers } = await newTenant({ registerForm: 'bd_profile', phoneRegions: ['BD'] })
    const bare = await call('/api/v1/auth/register', registration(randomEmail()), { headers })
    expect(fieldCodes(bare)).toEqual(
      ['date_of_birth', 'first_name', 'gender', 'last_name', 'mobile'].map(
        (field) => `${field} REQUIRED`,
      ),
    )
    const abroad = registration(randomEmail(), { mobile: '+4915112345678' })
    expect(fieldCodes(await call('/api/v1/auth/register', abroad, { headers }))).toContain(
      'mobile PHONE_REGION_NOT_ALLOWED',
    )
    expect(await rows('select id from users where tenant_id = $1', [id])).toEqual([])
  })
})
