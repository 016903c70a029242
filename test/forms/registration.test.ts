import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  checkProfile,
  checkRegistration,
  profileBody,
  type RegistrationSettings,
  registrationBody,
} from '../../src/forms/registration.ts'

const now = Date.parse('2026-11-21T12:00:00Z')
const minimal: RegistrationSettings = {
  registerForm: 'minimal',
  minimumAge: 13,
  phoneRegions: [],
  termsVersion: '2026-11-01',
  privacyVersion: '2026-11-01',
  refuseDisposable: true,
  fallbackLocale: 'en',
}
const bd: RegistrationSettings = { ...minimal, registerForm: 'bd_profile', phoneRegions: ['BD'] }

const consents = { terms_accepted: true, privacy_accepted: true }
const complete = {
  first_name: 'Fatima',
  last_name: 'রহমান',
  date_of_birth: '1990-12-31',
  gender: 'female',
  email: 'Fatima@Example.com',
  mobile: '+880 1712-345678',
  password: 'correct horse',
  ...consents,
}

const codes = (settings: RegistrationSettings, body: Record<string, unknown>) =>
  checkRegistration(settings, body, now).errors.map(({ field, code }) => `${field} ${code}`)

describe('the minimal form', () => {
  const least = { email: 'ann@example.com', password: 'x', ...consents }

  it('takes an e-mail address or a phone number', () => {
    expect(codes(minimal, least)).toEqual([])
    expect(codes(minimal, { ...least, email: undefined, phone_e164: '+14155552671' })).toEqual([])
    expect(codes(minimal, { ...least, phone_e164: '+14155552671' })).toEqual([])
  })

  it.each([undefined, null, '', '  '])('asks for one of them where both are %j', (blank) => {
    expect(codes(minimal, { ...least, email: blank, phone_e164: blank })).toEqual([
      'email EMAIL_OR_PHONE_REQUIRED',
    ])
  })

  it('says only that an address is wrong where it is', () => {
    expect(codes(minimal, { ...least, email: 'ann' })).toEqual(['email EMAIL_INVALID'])
    expect(codes(minimal, { ...least, email: null, phone_e164: '1' })).toEqual([
      'phone_e164 PHONE_INVALID',
    ])
  })

  it('checks optional fields where they are given', () => {
    const odd = { first_name: 'A1', last_name: 'b'.repeat(81), date_of_birth: 'x', gender: 'x' }
    expect(codes(minimal, { ...least, ...odd, mobile: '1', locale: '?' })).toEqual([
      'first_name NAME_INVALID',
      'last_name NAME_TOO_LONG',
      'date_of_birth DATE_INVALID',
      'gender GENDER_INVALID',
      'mobile PHONE_INVALID',
      'locale LOCALE_INVALID',
    ])
  })

  it('names every missing field of an empty body', () => {
    expect(codes(minimal, {})).toEqual([
      'email EMAIL_OR_PHONE_REQUIRED',
      'password REQUIRED',
      'terms_accepted CONSENT_REQUIRED',
      'privacy_accepted CONSENT_REQUIRED',
    ])
  })
})

describe('the bd_profile form', () => {
  it('gives the normalised values', () => {
    const { values, errors } = checkRegistration(bd, { ...complete, locale: 'bn-BD' }, now)
    expect(errors).toEqual([])
    expect(values).toEqual({
      firstName: 'Fatima',
      lastName: 'রহমান',
      dateOfBirth: '1990-12-31',
      gender: 'female',
      mobile: '+8801712345678',
      locale: 'bn',
      extra: {},
      email: 'fatima@example.com',
      emailDomain: 'example.com',
      phone: null,
      password: 'correct horse',
      consents: [
        {
          id: expect.any(String),
          kind: 'terms',
          version: '2026-11-01',
          accepted_at: '2026-11-21T12:00:00.000Z',
        },
        {
          id: expect.any(String),
          kind: 'privacy',
          version: '2026-11-01',
          accepted_at: '2026-11-21T12:00:00.000Z',
        },
      ],
      platform: null,
      appVersion: null,
      installId: null,
      captchaToken: null,
    })
  })

  it.each(Object.keys(complete))('asks for %s', (field) => {
    const code = field.endsWith('_accepted') ? 'CONSENT_REQUIRED' : 'REQUIRED'
    for (const blank of [undefined, null, '']) {
      expect(codes(bd, { ...complete, [field]: blank })).toEqual([`${field} ${code}`])
    }
  })

  it('collects every failing field, each with its own code', () => {
    const body = {
      first_name: 'Ann  Marie',
      last_name: 'x'.repeat(81),
      date_of_birth: '2020-01-01',
      gender: 'unknown',
      email: 'ann@mailinator.com',
      mobile: '+14155552671',
      password: '',
      terms_accepted: false,
    }
    expect(codes(bd, body)).toEqual([
      'email EMAIL_DISPOSABLE',
      'password REQUIRED',
      'first_name NAME_INVALID',
      'last_name NAME_TOO_LONG',
      'date_of_birth TOO_YOUNG',
      'gender GENDER_INVALID',
      'mobile PHONE_REGION_NOT_ALLOWED',
      'terms_accepted CONSENT_REQUIRED',
      'privacy_accepted CONSENT_REQUIRED',
    ])
  })
})

describe('checkRegistration', () => {
  it('takes only true for a consent', () => {
    for (const value of [false, 'true', 1, null, {}]) {
      expect(codes(bd, { ...complete, terms_accepted: value })).toEqual([
        'terms_accepted CONSENT_REQUIRED',
      ])
    }
  })

  it('writes to a person who names no language in that of the request', () => {
    const settings = { ...minimal, fallbackLocale: 'bn' as const }
    expect(checkRegistration(settings, complete, now).values.locale).toBe('bn')
  })

  it('leaves a password of spaces to the password rules', () => {
    const { values, errors } = checkRegistration(bd, { ...complete, password: '        ' }, now)
    expect(errors).toEqual([])
    expect(values.password).toBe('        ')
  })

  it.each(['\0', 'a\0b', '\ud800', 'x\udc00'])('refuses %j by field, in every text', (text) => {
    const fields = Object.keys(registrationBody.shape).filter(
      (field) => !field.endsWith('_accepted'),
    )
    for (const field of fields) {
      expect(codes(minimal, { ...complete, [field]: text })).toEqual([`${field} TEXT_INVALID`])
    }
  })

  it('never repeats a value in an error', () => {
    const body = { ...complete, password: 'sesame\0', email: 'sesame', first_name: 'sesame1' }
    expect(JSON.stringify(checkRegistration(bd, body, now).errors)).not.toContain('sesame')
  })

  it('throws on no body, and errs at most once a field', () => {
    const key = fc.oneof(
      fc.constantFrom(...Object.keys(registrationBody.shape), '__proto__'),
      fc.string(),
    )
    fc.assert(
      fc.property(
        fc.dictionary(key, fc.anything()),
        fc.constantFrom(minimal, bd),
        (body, settings) => {
          const fields = checkRegistration(settings, body, now).errors.map((error) => error.field)
          expect(new Set(fields).size).toBe(fields.length)
          checkProfile(settings, body, now)
        },
      ),
    )
  })

  it('refuses nothing that it has normalised itself', () => {
    const { values } = checkRegistration(bd, complete, now)
    const again = {
      ...complete,
      email: values.email,
      mobile: values.mobile,
      last_name: values.lastName,
    }
    expect(checkRegistration(bd, again, now).values).toMatchObject({
      email: values.email,
      mobile: values.mobile,
    })
  })
})

describe('registrationBody', () => {
  it('takes the keys of the contract and refuses others by name', () => {
    expect(registrationBody.safeParse(complete).success).toBe(true)
    const parsed = registrationBody.safeParse({ ...complete, roles: ['admin'] })
    expect(parsed.error?.issues).toMatchObject([{ code: 'unrecognized_keys', keys: ['roles'] }])
  })

  it.each([5, true, [], {}])('refuses %j as a text', (value) => {
    expect(registrationBody.safeParse({ ...complete, email: value }).success).toBe(false)
    expect(profileBody.safeParse({ first_name: value }).success).toBe(false)
  })
})

describe('checkProfile', () => {
  it('changes only what is named', () => {
    expect(checkProfile(minimal, {}, now)).toEqual({ values: {}, extra: {}, errors: [] })
    expect(checkProfile(minimal, { first_name: ' Ann ', locale: 'bn' }, now)).toEqual({
      values: { firstName: 'Ann', locale: 'bn' },
      extra: {},
      errors: [],
    })
  })

  it('clears with null or blank, except what the form or a letter needs', () => {
    const cleared = checkProfile(minimal, { first_name: null, gender: '' }, now)
    expect(cleared).toEqual({ values: { firstName: null, gender: null }, extra: {}, errors: [] })
    const refused = checkProfile(bd, { first_name: null, locale: null }, now).errors
    expect(refused.map(({ field, code }) => `${field} ${code}`)).toEqual([
      'first_name REQUIRED',
      'locale REQUIRED',
    ])
  })

  it('collects every failing field', () => {
    const changes = {
      first_name: '1',
      date_of_birth: '2030-01-01',
      mobile: '+14155552671',
      gender: '\0',
    }
    expect(checkProfile(bd, changes, now).errors.map((error) => error.code)).toEqual([
      'NAME_INVALID',
      'DATE_IN_FUTURE',
      'TEXT_INVALID',
      'PHONE_REGION_NOT_ALLOWED',
    ])
  })
})
