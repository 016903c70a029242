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
    ['email', 'EMAIL_INVALID', 'no address'],
    ['email', 'EMAIL_DISPOSABLE', 'ann@mailinator.com'],
    ['email', 'EMAIL_DOMAIN_INVALID', 'ann@nowhere.invalid'],
    ['email', 'EMAIL_DOMAIN_INVALID', 'ann@nomail.example'],
    ['phone_e164', 'PHONE_INVALID', '01712345678'],
    ['first_name', 'NAME_INVALID', 'R2-D2'],
    ['last_name', 'NAME_TOO_LONG', 'x'.repeat(81)],
    ['date_of_birth', 'DATE_INVALID', '1990-02-30'],
    ['date_of_birth', 'DATE_IN_FUTURE', yearsAgo(-1)],
    ['date_of_birth', 'TOO_YOUNG', yearsAgo(12)],
    ['date_of_birth', 'TOO_OLD', yearsAgo(132)],
    ['gender', 'GENDER_INVALID', 'Male'],
    ['mobile', 'PHONE_INVALID', '+8801212345678'],
    ['locale', 'LOCALE_INVALID', 'not a language'],
    ['terms_accepted', 'CONSENT_REQUIRED', false],
    ['privacy_accepted', 'CONSENT_REQUIRED', null],
    ['first_name', 'TEXT_INVALID', 'A\0nn'],
    ['first_name', 'INVALID_TYPE', 5],
    ['terms_accepted', 'INVALID_TYPE', 'true'],
    ['first_name', 'TOO_LONG', 'x'.repeat(1_025)],
    ['role', 'UNKNOWN_FIELD', 'admin'],
    ['password', 'REQUIRED', ''],
    ['password', 'PASSWORD_TOO_SHORT', 'Qx7-Zv'],
    ['password', 'PASSWORD_TOO_LONG', 'vexing plum '.repeat(22)],
    ['password', 'PASSWORD_TOO_COMMON', 'iloveyou'],
    ['password', 'PASSWORD_TOO_WEAK', 'greengrass'],
    ['password', 'PASSWORD_BREACHED', 'correcthorsebatterystaple'],
    ['password', 'PASSWORD_CONTAINS_CONTEXT', 'my gatehouse stands on a hill'],
  ])('%s: %s', async (field, code, value) => {
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
    const byNumber = await register({ email: undefined, phone_e164: '+8801012345678' })
    expect(fieldCodes(byNumber)).toEqual(['phone_e164 PHONE_INVALID'])
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
