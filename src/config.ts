import { z } from 'zod'
import { lazily } from './lazily.ts'
import { textBudget } from './policy.ts'

/** Secrets of one purpose: the first is used, all are accepted. */
export interface Keyring {
  current: Key
  all: readonly Key[]
}

export interface Key {
  id: string
  bytes: Uint8Array<ArrayBuffer>
}

export interface Config {
  development: boolean
  /** Origin of the service: issuer of tokens and base of every link. */
  publicUrl: string
  allowedHosts: readonly string[]
  allowedOrigins: readonly string[]
  serverTiming: boolean
  database: { url: string; endpoint: string | null }
  durableObjectLocation: DurableObjectLocationHint
  keys: {
    /** Private ES256 JWKs: `next` is published before it signs, `previous` after. */
    jwt: { current: SigningJwk; next: SigningJwk | null; previous: SigningJwk | null }
    passwordPeppers: Keyring
    refresh: Keyring
    codes: Keyring
    outbox: Keyring
    audit: Keyring
    lookup: Keyring
    totp: Keyring
    transactions: Keyring
    webhooks: Keyring
  }
  mail: {
    from: string
    region: string
    endpoint: string
    accessKeyId: string
    secretAccessKey: string
    configurationSet: string | null
    snsTopicArn: string | null
  }
  texts: {
    channels: readonly TextChannel[]
    regions: readonly string[]
    /** Of all tenants together. */
    perDay: number
    vendors: Record<TextChannel, TextVendor | null>
    twilio: {
      accountSid: string
      authToken: string
      /** A number, or a messaging service (`MG…`). */
      from: string
      whatsappFrom: string
      /** Content SIDs of the approved template, by language. */
      templates: Readonly<Record<string, string>>
      endpoint: string
    }
    aws: {
      region: string
      accessKeyId: string
      secretAccessKey: string
      origination: string
      configurationSet: string | null
      snsTopicArn: string | null
      endpoint: string
    }
    meta: {
      phoneNumberId: string
      accessToken: string
      appSecret: string
      verifyToken: string
      /** Name of the approved authentication template. */
      template: string
      endpoint: string
    }
  }
  checks: {
    domain: boolean
    domainEndpoint: string
    disposable: boolean
    breach: boolean
    breachEndpoint: string
  }
  /** Apps that may use the passwords and links of this service: for the documents under /.well-known. */
  apps: { android: readonly AndroidApp[]; apple: readonly string[] }
  defaultTenant: {
    registerForm: 'minimal' | 'bd_profile'
    emailVerification: boolean
    passwordPreset: 'standard' | 'classic'
    emailFactor: boolean
    redirectUrls: readonly string[]
  }
  social: SocialConfig
}

/** How this service is known to the providers; null: that provider is off. */
export interface SocialConfig {
  /** The stand-in for all of them, in place of their own addresses: development only. */
  endpoint: string | null
  google: ProviderClient | null
  facebook: ProviderClient | null
  apple: AppleClient | null
  github: ProviderClient | null
  microsoft: (ProviderClient & { directory: string }) | null
}

export interface ProviderClient {
  /** The client of the browser's way first; the others are mobile apps, whose tokens are taken as well. */
  ids: readonly [string, ...string[]]
  secret: string
}

/** Apple takes no fixed secret but one signed with this key. */
export interface AppleClient {
  ids: readonly [string, ...string[]]
  teamId: string
  keyId: string
  /** PKCS #8, base64 without line breaks. */
  privateKey: string
}

export type TextChannel = 'sms' | 'whatsapp'
export type TextVendor = 'twilio' | 'aws' | 'meta'

export interface AndroidApp {
  package: string
  /** SHA-256 of the signing certificate, colon-separated hex. */
  fingerprint: string
}

export interface SigningJwk {
  kty: 'EC'
  crv: 'P-256'
  x: string
  y: string
  d: string
  kid: string
}

/** What a Worker's environment holds as text. */
type Strings = Record<string, unknown>

const onOff = (fallback: 'on' | 'off') =>
  z
    .enum(['on', 'off'])
    .default(fallback)
    .transform((value) => value === 'on')
const list = lazily(() =>
  z
    .string()
    .default('')
    .transform((value) =>
      value
        .split(',')
        .map((item) => item.trim())
        .filter(Boolean),
    ),
)
const text = lazily(() => z.string().trim().min(1))
const optionalText = lazily(() =>
  z
    .string()
    .default('')
    .transform((value) => value || null),
)
const url = lazily(() =>
  z.url({ protocol: /^https?$/ }).transform((value) => value.replace(/\/$/, '')),
)

const keyBytes = 32

/** `id:base64url(32 bytes)`, comma separated, newest first. */
const keyring = lazily(() =>
  text.transform((value, context): Keyring => {
    const all = value.split(',').map(parseKey)
    const [current] = all
    const ids = new Set(all.map((key) => key?.id))
    if (!current || all.includes(null) || ids.size !== all.length) {
      context.addIssue({ code: 'custom', message: 'is not a list of id:base64url(32 bytes)' })
      return z.NEVER
    }
    return { current, all: all.filter((key) => key !== null) }
  }),
)

function parseKey(entry: string): Key | null {
  const match = /^([\w-]{1,32}):([\w-]{43})$/.exec(entry.trim())
  if (!match?.[1] || !match[2]) return null
  const bytes = Uint8Array.from(atob(match[2].replace(/-/g, '+').replace(/_/g, '/')), (character) =>
    character.charCodeAt(0),
  )
  return bytes.length === keyBytes && looksRandom(bytes) ? { id: match[1], bytes } : null
}

/** A key of a few repeated bytes, or one that counts up, is an example that somebody left in place. */
function looksRandom(bytes: Uint8Array): boolean {
  const steps = bytes.slice(1).map((byte, at) => byte - (bytes[at] ?? 0))
  return new Set(bytes).size >= keyBytes / 2 && new Set(steps).size >= keyBytes / 4
}

const coordinate = lazily(() =>
  z
    .string()
    .regex(/^[\w-]{43}$/)
    .refine((value) => new Set(value).size >= keyBytes / 2, 'is an example'),
)
const signingJwk = lazily(() =>
  z.object({
    kty: z.literal('EC'),
    crv: z.literal('P-256'),
    x: coordinate,
    y: coordinate,
    d: coordinate,
    kid: z.string().min(8).max(64),
  }),
)
const signingKeys = lazily(() =>
  text
    .transform((value, context) => {
      try {
        return JSON.parse(value) as unknown
      } catch {
        context.addIssue({ code: 'custom', message: 'is not JSON' })
        return z.NEVER
      }
    })
    .pipe(
      z.object({
        current: signingJwk,
        next: signingJwk.nullish().transform((value) => value ?? null),
        previous: signingJwk.nullish().transform((value) => value ?? null),
      }),
    ),
)

const androidApps = lazily(() =>
  list.transform((entries, context) =>
    entries.map((entry): AndroidApp => {
      const match = /^([\w.]+)=((?:[0-9A-F]{2}:){31}[0-9A-F]{2})$/.exec(entry)
      if (match?.[1] && match[2]) return { package: match[1], fingerprint: match[2] }
      context.addIssue({ code: 'custom', message: 'is not a list of package=SHA256:FINGERPRINT' })
      return z.NEVER
    }),
  ),
)

/** Templates by language: `en=HX…,bn=HX…`. */
const templates = lazily(() =>
  list.transform((entries, context): Record<string, string> => {
    const pairs = entries.map((entry) => /^(en|bn)=(HX[0-9a-f]{32})$/.exec(entry))
    if (pairs.every((pair) => pair !== null)) {
      return Object.fromEntries(pairs.map(([, language = '', sid = '']) => [language, sid]))
    }
    context.addIssue({ code: 'custom', message: 'is not a list of language=HX…' })
    return z.NEVER
  }),
)
const textChannels = lazily(() => list.pipe(z.array(z.enum(['sms', 'whatsapp']))))
const regions = lazily(() => list.pipe(z.array(z.string().regex(/^(?:[A-Z]{2}|\*)$/))))
const count = lazily(() =>
  z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number),
)
const plain = lazily(() => z.string().trim().default(''))

/** PEM as it was downloaded, or its base64 alone. */
const privateKey = lazily(() =>
  z
    .string()
    .default('')
    .transform((value) => value.replace(/-----[A-Z ]+-----|\\n|\s/g, '')),
)

const environment = lazily(() =>
  z.object({
    ENVIRONMENT: z.enum(['production', 'development']).default('production'),
    PUBLIC_URL: url,
    ALLOWED_HOSTS: list,
    ALLOWED_ORIGINS: list,
    SERVER_TIMING: onOff('off'),
    DATABASE_URL: text,
    DATABASE_ENDPOINT: optionalText,
    DURABLE_OBJECT_LOCATION: z
      .enum(['wnam', 'enam', 'sam', 'weur', 'eeur', 'apac', 'oc', 'afr', 'me'])
      .default('weur'),
    JWT_KEYS: signingKeys,
    PASSWORD_PEPPERS: keyring,
    REFRESH_KEYS: keyring,
    CODE_KEYS: keyring,
    OUTBOX_KEYS: keyring,
    AUDIT_KEYS: keyring,
    LOOKUP_KEYS: keyring,
    TOTP_KEYS: keyring,
    TRANSACTION_KEYS: keyring,
    WEBHOOK_KEYS: keyring,
    MAIL_FROM: text,
    SES_REGION: text,
    SES_ENDPOINT: optionalText,
    SES_ACCESS_KEY_ID: text,
    SES_SECRET_ACCESS_KEY: text,
    SES_CONFIGURATION_SET: optionalText,
    SNS_TOPIC_ARN: optionalText,
    TEXT_CHANNELS: textChannels,
    TEXT_REGIONS: regions,
    TEXTS_PER_DAY: count.default(textBudget.inAllPerDay),
    SMS_VENDOR: z.enum(['none', 'twilio', 'aws']).default('none'),
    WHATSAPP_VENDOR: z.enum(['none', 'meta', 'twilio']).default('none'),
    TWILIO_ACCOUNT_SID: plain,
    TWILIO_AUTH_TOKEN: plain,
    TWILIO_FROM: plain,
    TWILIO_WHATSAPP_FROM: plain,
    TWILIO_TEMPLATES: templates,
    TWILIO_ENDPOINT: url.default('https://api.twilio.com'),
    AWS_SMS_REGION: plain,
    AWS_SMS_ACCESS_KEY_ID: plain,
    AWS_SMS_SECRET_ACCESS_KEY: plain,
    AWS_SMS_ORIGINATION: plain,
    AWS_SMS_CONFIGURATION_SET: optionalText,
    AWS_SMS_TOPIC_ARN: optionalText,
    AWS_SMS_ENDPOINT: optionalText,
    META_PHONE_NUMBER_ID: plain,
    META_ACCESS_TOKEN: plain,
    META_APP_SECRET: plain,
    META_VERIFY_TOKEN: plain,
    META_TEMPLATE: plain,
    META_ENDPOINT: url.default('https://graph.facebook.com/v25.0'),
    REDIRECT_URLS: list,
    ANDROID_APPS: androidApps,
    APPLE_APPS: list,
    REGISTER_FORM: z.enum(['minimal', 'bd_profile']).default('minimal'),
    EMAIL_VERIFICATION: onOff('on'),
    PASSWORD_PRESET: z.enum(['standard', 'classic']).default('standard'),
    EMAIL_FACTOR: onOff('off'),
    GOOGLE_CLIENT_IDS: list,
    GOOGLE_CLIENT_SECRET: optionalText,
    FACEBOOK_CLIENT_ID: list,
    FACEBOOK_CLIENT_SECRET: optionalText,
    APPLE_CLIENT_IDS: list,
    APPLE_TEAM_ID: optionalText,
    APPLE_KEY_ID: optionalText,
    APPLE_PRIVATE_KEY: privateKey,
    GITHUB_CLIENT_ID: list,
    GITHUB_CLIENT_SECRET: optionalText,
    MICROSOFT_CLIENT_IDS: list,
    MICROSOFT_CLIENT_SECRET: optionalText,
    MICROSOFT_DIRECTORY: z
      .string()
      .regex(/^(common|organizations|consumers|[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12})$/)
      .default('common'),
    PROVIDERS_ENDPOINT: optionalText,
    DOMAIN_CHECK: onOff('on'),
    DOMAIN_ENDPOINT: url.default('https://cloudflare-dns.com/dns-query'),
    DISPOSABLE_CHECK: onOff('on'),
    BREACH_CHECK: onOff('on'),
    BREACH_ENDPOINT: url.default('https://api.pwnedpasswords.com/range'),
  }),
)

/** The variables that the service reads. */
export function variableNames(): string[] {
  return Object.keys(environment.shape)
}

export type ConfigResult = { config: Config; faults: [] } | { config: null; faults: string[] }

/**
 * Reads the environment once. Answers every fault by the name of its variable, never with its value:
 * with a missing, short or example key the service refuses to serve.
 */
export function readConfig(strings: Strings): ConfigResult {
  const parsed = environment.safeParse(strings)
  if (!parsed.success) {
    return {
      config: null,
      faults: parsed.error.issues.map(({ path, message }) => {
        const isSet = strings[String(path[0])] !== undefined
        return `${path.join('.')}: ${isSet ? message : 'is not set'}`
      }),
    }
  }
  const values = parsed.data
  const faults = unsafeCombinations(values)
  if (faults.length > 0) return { config: null, faults }
  return { config: toConfig(values), faults: [] }
}

type Values = z.infer<typeof environment>

function unsafeCombinations(values: Values): string[] {
  const faults: string[] = []
  const rings = [
    values.PASSWORD_PEPPERS,
    values.REFRESH_KEYS,
    values.CODE_KEYS,
    values.OUTBOX_KEYS,
    values.AUDIT_KEYS,
    values.LOOKUP_KEYS,
    values.TOTP_KEYS,
    values.TRANSACTION_KEYS,
    values.WEBHOOK_KEYS,
  ].flatMap((ring) => ring.all.map((key) => key.bytes.join()))
  if (new Set(rings).size !== rings.length) faults.push('keys: one key serves two purposes')
  const { current, next, previous } = values.JWT_KEYS
  const kids = [current, next, previous].flatMap((jwk) => jwk?.kid ?? [])
  if (new Set(kids).size !== kids.length) faults.push('JWT_KEYS: two keys share one kid')
  faults.push(...missingVendorSettings(values))
  if (!values.ALLOWED_ORIGINS.every(isOrigin)) faults.push('ALLOWED_ORIGINS: not all are origins')
  if (!databaseUrl(values.DATABASE_URL)) faults.push('DATABASE_URL: is not a postgres URL')
  faults.push(...halfConfigured(values))
  if (!values.REDIRECT_URLS.every(isRedirect)) faults.push('REDIRECT_URLS: not all are URLs')
  if (values.ENVIRONMENT === 'development') return faults

  // A local endpoint in production would send every statement, with its data, somewhere else.
  if (values.DATABASE_ENDPOINT) faults.push('DATABASE_ENDPOINT: only for development')
  // And a local provider would vouch for anybody.
  if (values.PROVIDERS_ENDPOINT) faults.push('PROVIDERS_ENDPOINT: only for development')
  if (values.REDIRECT_URLS.some((each) => each.startsWith('http:')))
    faults.push('REDIRECT_URLS: must not be http')
  if (!values.PUBLIC_URL.startsWith('https://')) faults.push('PUBLIC_URL: must be https')
  if (values.SES_ENDPOINT?.startsWith('http:')) faults.push('SES_ENDPOINT: must be https')
  for (const name of vendorEndpoints) {
    if (values[name]?.startsWith('http:')) faults.push(`${name}: must be https`)
  }
  if (values.DOMAIN_ENDPOINT.startsWith('http:')) faults.push('DOMAIN_ENDPOINT: must be https')
  if (values.BREACH_ENDPOINT.startsWith('http:')) faults.push('BREACH_ENDPOINT: must be https')
  return faults
}

const vendorEndpoints = ['TWILIO_ENDPOINT', 'AWS_SMS_ENDPOINT', 'META_ENDPOINT'] as const

/** What each vendor cannot do without. */
const vendorSettings = {
  'sms twilio': ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'TWILIO_FROM'],
  'sms aws': [
    'AWS_SMS_REGION',
    'AWS_SMS_ACCESS_KEY_ID',
    'AWS_SMS_SECRET_ACCESS_KEY',
    'AWS_SMS_ORIGINATION',
  ],
  'whatsapp meta': [
    'META_PHONE_NUMBER_ID',
    'META_ACCESS_TOKEN',
    'META_APP_SECRET',
    'META_VERIFY_TOKEN',
    'META_TEMPLATE',
  ],
  'whatsapp twilio': ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'TWILIO_WHATSAPP_FROM'],
} as const satisfies Record<string, readonly (keyof Values)[]>

function missingVendorSettings(values: Values): string[] {
  const used = [`sms ${values.SMS_VENDOR}`, `whatsapp ${values.WHATSAPP_VENDOR}`]
  const needed = Object.entries(vendorSettings)
    .filter(([vendor]) => used.includes(vendor))
    .flatMap(([, names]) => names)
  const missing = new Set(needed.filter((name) => !values[name]))
  return [...missing].map((name) => `${name}: is missing`)
}

/** A provider that is named and lacks a part of what it needs must not be off in silence. The secret stands last. */
function halfConfigured(values: Values): string[] {
  const sets = {
    GOOGLE: [values.GOOGLE_CLIENT_IDS[0], values.GOOGLE_CLIENT_SECRET],
    FACEBOOK: [values.FACEBOOK_CLIENT_ID[0], values.FACEBOOK_CLIENT_SECRET],
    APPLE: [
      values.APPLE_CLIENT_IDS[0],
      values.APPLE_TEAM_ID,
      values.APPLE_KEY_ID,
      values.APPLE_PRIVATE_KEY,
    ],
    GITHUB: [values.GITHUB_CLIENT_ID[0], values.GITHUB_CLIENT_SECRET],
    MICROSOFT: [values.MICROSOFT_CLIENT_IDS[0], values.MICROSOFT_CLIENT_SECRET],
  }
  return Object.entries(sets)
    .filter(([, parts]) => parts.slice(0, -1).some(Boolean) && !parts.every(Boolean))
    .map(([name]) => `${name}_*: some are missing`)
}

/** A page, or the link of an app by its own scheme; never one that a browser would run. */
function isRedirect(value: string): boolean {
  if (!URL.canParse(value)) return false
  const { protocol, href } = new URL(value)
  // Compared whole, so nothing may stand in it that browsers read otherwise.
  return (
    href === value &&
    !value.includes('#') &&
    !/^(javascript|data|vbscript|blob|file|about):$/.test(protocol)
  )
}

function isOrigin(value: string): boolean {
  return URL.canParse(value) && new URL(value).origin === value
}

function databaseUrl(value: string): boolean {
  return URL.canParse(value) && /^postgres(ql)?:$/.test(new URL(value).protocol)
}

function toConfig(values: Values): Config {
  return {
    development: values.ENVIRONMENT === 'development',
    publicUrl: values.PUBLIC_URL,
    allowedHosts: [new URL(values.PUBLIC_URL).hostname, ...values.ALLOWED_HOSTS],
    allowedOrigins: [...new Set([new URL(values.PUBLIC_URL).origin, ...values.ALLOWED_ORIGINS])],
    serverTiming: values.SERVER_TIMING,
    database: { url: values.DATABASE_URL, endpoint: values.DATABASE_ENDPOINT },
    durableObjectLocation: values.DURABLE_OBJECT_LOCATION,
    keys: {
      jwt: values.JWT_KEYS,
      passwordPeppers: values.PASSWORD_PEPPERS,
      refresh: values.REFRESH_KEYS,
      codes: values.CODE_KEYS,
      outbox: values.OUTBOX_KEYS,
      audit: values.AUDIT_KEYS,
      lookup: values.LOOKUP_KEYS,
      totp: values.TOTP_KEYS,
      transactions: values.TRANSACTION_KEYS,
      webhooks: values.WEBHOOK_KEYS,
    },
    mail: {
      from: values.MAIL_FROM,
      region: values.SES_REGION,
      endpoint: values.SES_ENDPOINT ?? `https://email.${values.SES_REGION}.amazonaws.com`,
      accessKeyId: values.SES_ACCESS_KEY_ID,
      secretAccessKey: values.SES_SECRET_ACCESS_KEY,
      configurationSet: values.SES_CONFIGURATION_SET,
      snsTopicArn: values.SNS_TOPIC_ARN,
    },
    texts: textsOf(values),
    checks: {
      domain: values.DOMAIN_CHECK,
      domainEndpoint: values.DOMAIN_ENDPOINT,
      disposable: values.DISPOSABLE_CHECK,
      breach: values.BREACH_CHECK,
      breachEndpoint: values.BREACH_ENDPOINT,
    },
    apps: { android: values.ANDROID_APPS, apple: values.APPLE_APPS },
    defaultTenant: {
      registerForm: values.REGISTER_FORM,
      emailVerification: values.EMAIL_VERIFICATION,
      passwordPreset: values.PASSWORD_PRESET,
      emailFactor: values.EMAIL_FACTOR,
      redirectUrls: values.REDIRECT_URLS,
    },
    social: socialOf(values),
  }
}

function textsOf(values: Values): Config['texts'] {
  const vendorOf = <V extends string>(vendor: V) =>
    vendor === 'none' ? null : (vendor as Exclude<V, 'none'>)
  const vendors = {
    sms: vendorOf(values.SMS_VENDOR),
    whatsapp: vendorOf(values.WHATSAPP_VENDOR),
  }
  const order = values.TEXT_CHANNELS.length > 0 ? values.TEXT_CHANNELS : ['sms' as const]
  return {
    channels: order.filter((channel) => vendors[channel]),
    regions: values.TEXT_REGIONS,
    perDay: values.TEXTS_PER_DAY,
    vendors,
    twilio: {
      accountSid: values.TWILIO_ACCOUNT_SID,
      authToken: values.TWILIO_AUTH_TOKEN,
      from: values.TWILIO_FROM,
      whatsappFrom: values.TWILIO_WHATSAPP_FROM,
      templates: values.TWILIO_TEMPLATES,
      endpoint: values.TWILIO_ENDPOINT,
    },
    aws: {
      region: values.AWS_SMS_REGION,
      accessKeyId: values.AWS_SMS_ACCESS_KEY_ID,
      secretAccessKey: values.AWS_SMS_SECRET_ACCESS_KEY,
      origination: values.AWS_SMS_ORIGINATION,
      configurationSet: values.AWS_SMS_CONFIGURATION_SET,
      snsTopicArn: values.AWS_SMS_TOPIC_ARN,
      endpoint:
        values.AWS_SMS_ENDPOINT ?? `https://sms-voice.${values.AWS_SMS_REGION}.amazonaws.com`,
    },
    meta: {
      phoneNumberId: values.META_PHONE_NUMBER_ID,
      accessToken: values.META_ACCESS_TOKEN,
      appSecret: values.META_APP_SECRET,
      verifyToken: values.META_VERIFY_TOKEN,
      template: values.META_TEMPLATE,
      endpoint: values.META_ENDPOINT,
    },
  }
}

function socialOf(values: Values): SocialConfig {
  const apple = clientOf(values.APPLE_CLIENT_IDS, values.APPLE_PRIVATE_KEY)
  const microsoft = clientOf(values.MICROSOFT_CLIENT_IDS, values.MICROSOFT_CLIENT_SECRET)
  return {
    endpoint: values.PROVIDERS_ENDPOINT,
    google: clientOf(values.GOOGLE_CLIENT_IDS, values.GOOGLE_CLIENT_SECRET),
    facebook: clientOf(values.FACEBOOK_CLIENT_ID, values.FACEBOOK_CLIENT_SECRET),
    github: clientOf(values.GITHUB_CLIENT_ID, values.GITHUB_CLIENT_SECRET),
    microsoft: microsoft && { ...microsoft, directory: values.MICROSOFT_DIRECTORY },
    apple: apple && {
      ids: apple.ids,
      teamId: values.APPLE_TEAM_ID ?? '',
      keyId: values.APPLE_KEY_ID ?? '',
      privateKey: apple.secret,
    },
  }
}

function clientOf([first, ...others]: string[], secret: string | null): ProviderClient | null {
  return first && secret ? { ids: [first, ...others], secret } : null
}
