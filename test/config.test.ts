import { env } from 'cloudflare:test'
import { describe, expect, it } from 'vitest'
import { readConfig } from '../src/config.ts'

const good = { ...env }
const faultsOf = (changes: Record<string, unknown>) => readConfig({ ...good, ...changes }).faults

const keyNames = [
  'PASSWORD_PEPPERS',
  'REFRESH_KEYS',
  'CODE_KEYS',
  'OUTBOX_KEYS',
  'AUDIT_KEYS',
  'LOOKUP_KEYS',
  'TOTP_KEYS',
  'TRANSACTION_KEYS',
] as const

describe('the configuration', () => {
  it('is read from a sound environment', () => {
    expect(readConfig(good).faults).toEqual([])
  })

  it.each([...keyNames, 'JWT_KEYS', 'DATABASE_URL', 'PUBLIC_URL', 'MAIL_FROM'])(
    'is refused without %s',
    (name) => {
      expect(faultsOf({ [name]: undefined }).join()).toContain(name)
    },
  )

  it.each(keyNames)('is refused where %s is the placeholder, short, or an example', (name) => {
    for (const value of [
      'generate',
      'k1:c2hvcnQ',
      `k1:${'A'.repeat(43)}`,
      `k1:${'AQEC'.repeat(11).slice(0, 43)}`,
    ]) {
      expect(faultsOf({ [name]: value }).join()).toContain(name)
    }
  })

  it('is refused where one key serves two purposes', () => {
    expect(faultsOf({ CODE_KEYS: good.REFRESH_KEYS })).toEqual([
      'keys: one key serves two purposes',
    ])
  })

  it('is refused where a key stands twice under one id', () => {
    expect(faultsOf({ CODE_KEYS: `${good.CODE_KEYS},${good.CODE_KEYS}` }).join()).toContain(
      'CODE_KEYS',
    )
  })

  it.each([
    ['SMS_VENDOR', 'twilio', ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'TWILIO_FROM']],
    ['SMS_VENDOR', 'aws', ['AWS_SMS_REGION', 'AWS_SMS_ACCESS_KEY_ID', 'AWS_SMS_ORIGINATION']],
    ['WHATSAPP_VENDOR', 'meta', ['META_ACCESS_TOKEN', 'META_APP_SECRET', 'META_TEMPLATE']],
    ['WHATSAPP_VENDOR', 'twilio', ['TWILIO_AUTH_TOKEN', 'TWILIO_WHATSAPP_FROM']],
  ])('is refused where %s is %s and lacks what it needs', (vendor, name, needed) => {
    for (const variable of needed) {
      expect(faultsOf({ [vendor]: name, [variable]: '' })).toContain(`${variable}: is missing`)
    }
  })

  it('asks for no vendor', () => {
    const none = { SMS_VENDOR: 'none', WHATSAPP_VENDOR: 'none', TWILIO_AUTH_TOKEN: '' }
    const { config } = readConfig({ ...good, ...none })
    expect(config?.texts).toMatchObject({ channels: [], vendors: { sms: null, whatsapp: null } })
  })

  it('sends to no country that is not named', () => {
    const { config } = readConfig({ ...good, TEXT_REGIONS: undefined })
    expect(config?.texts.regions).toEqual([])
  })

  it.each([
    ['TEXT_CHANNELS', 'sms,pigeon'],
    ['TEXT_REGIONS', 'Bangladesh'],
    ['TEXTS_PER_DAY', 'many'],
    ['TEXTS_PER_DAY', '-1'],
    ['TWILIO_TEMPLATES', 'en=template'],
    ['REDIRECT_URLS', 'https://app.example.com/back#fragment'],
    ['REDIRECT_URLS', 'https://app.example.com'],
    ['REDIRECT_URLS', '/auth/callback'],
  ])('is refused where %s is %s', (name, value) => {
    expect(faultsOf({ [name]: value }).join()).toContain(name)
  })

  it('never shows a value in a fault', () => {
    const secret = 'postgres-but-not-really:hunter2@host/db'
    expect(faultsOf({ DATABASE_URL: secret, CODE_KEYS: `k:${secret}` }).join()).not.toContain(
      'hunter2',
    )
  })

  it.each([
    ['DATABASE_ENDPOINT', 'http://127.0.0.1:4444/sql'],
    ['PUBLIC_URL', 'http://auth.example.com'],
    ['SES_ENDPOINT', 'http://localhost:8025'],
    ['DOMAIN_ENDPOINT', 'http://localhost:8025/dns-query'],
    ['BREACH_ENDPOINT', 'http://localhost:8025/range'],
    ['TWILIO_ENDPOINT', 'http://localhost:8025'],
    ['AWS_SMS_ENDPOINT', 'http://localhost:8025'],
    ['META_ENDPOINT', 'http://localhost:8025/v25.0'],
    ['PROVIDERS_ENDPOINT', 'http://localhost:9090'],
    ['REDIRECT_URLS', 'https://shop.example/callback,http://shop.example/callback'],
  ])('refuses a local %s in production', (name, value) => {
    const production = {
      ENVIRONMENT: 'production',
      PUBLIC_URL: 'https://auth.example.com',
      DATABASE_ENDPOINT: '',
      SES_ENDPOINT: '',
      DOMAIN_ENDPOINT: undefined,
      BREACH_ENDPOINT: undefined,
      TWILIO_ENDPOINT: undefined,
      AWS_SMS_ENDPOINT: '',
      META_ENDPOINT: undefined,
      PROVIDERS_ENDPOINT: '',
      REDIRECT_URLS: 'https://shop.example/callback,com.example.shop:/callback',
    }
    expect(faultsOf(production)).toEqual([])
    expect(faultsOf({ ...production, [name]: value }).join()).toContain(name)
  })

  it.each([
    'GOOGLE_CLIENT_SECRET',
    'FACEBOOK_CLIENT_SECRET',
    'GITHUB_CLIENT_SECRET',
    'MICROSOFT_CLIENT_SECRET',
    'APPLE_PRIVATE_KEY',
    'APPLE_TEAM_ID',
    'APPLE_KEY_ID',
  ])('is refused where a provider is named and %s is missing', (name) => {
    expect(faultsOf({ [name]: '' }).join()).toContain(`${name.split('_')[0]}_*`)
  })

  it('leaves a provider off that is not named', () => {
    const { config } = readConfig({ ...good, GOOGLE_CLIENT_IDS: '', GOOGLE_CLIENT_SECRET: '' })
    expect(config?.social.google).toBeNull()
    expect(config?.social.github).not.toBeNull()
  })

  it.each(['javascript:alert(1)', 'data:text/html,x', 'callback', 'https://shop.example/#here'])(
    'takes no way back to %s',
    (address) => {
      expect(faultsOf({ REDIRECT_URLS: address }).join()).toContain('REDIRECT_URLS')
    },
  )

  it.each(['example.com', '', 'common/../x'])('takes no directory %j of Microsoft', (name) => {
    expect(faultsOf({ MICROSOFT_DIRECTORY: name }).join()).toContain('MICROSOFT_DIRECTORY')
  })

  it('takes Apple’s key as it was downloaded', () => {
    const key = String(good.APPLE_PRIVATE_KEY)
    const pem = `-----BEGIN PRIVATE KEY-----\n${key}\n-----END PRIVATE KEY-----\n`
    for (const value of [pem, pem.replaceAll('\n', '\\n'), key]) {
      expect(
        readConfig({ ...good, APPLE_PRIVATE_KEY: value }).config?.social.apple?.privateKey,
      ).toBe(key)
    }
  })
})
