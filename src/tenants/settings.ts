import { z } from 'zod'
import type { Config } from '../config.ts'
import { storable } from '../database/storable.ts'
import { lazily } from '../lazily.ts'
import { assuranceProfiles, tenant as policy, profile, session } from '../policy.ts'
import { wanted, wholeNumber } from '../wanted.ts'
import { displayName } from './display-name.ts'
import { passwordPolicySetting, passwordPresetNames } from './password-policy.ts'
import { registerFormSetting, wholeForm } from './register-form.ts'
import { signInMethods } from './sign-in-methods.ts'
import { defaultSettings, type TenantSettings } from './tenant.ts'

const country = 'The two letters of a country in capitals, such as BD'
const region = lazily(() => z.string().regex(/^[A-Z]{2}$/, wanted(`${country}.`)))
const httpsUrl = lazily(() =>
  z
    .url({
      protocol: /^https$/,
      error: wanted('A whole address that begins with https://, such as https://example.com/help.'),
    })
    .max(policy.urlLength)
    .refine(...storable),
)
/** One plain address: no list, no display name. */
const mailbox = lazily(() =>
  z
    .string()
    .max(policy.urlLength)
    .toLowerCase()
    .regex(
      /^[\w.!#$%&'*+/=?^`{|}~-]+@[A-Za-z\d-]+(?:\.[A-Za-z\d-]+)+$/,
      wanted('One e-mail address, such as help@example.com.'),
    ),
)
/** Pages on the developer's own machine may come without https, as browsers trust them too. */
const local = /^http:\/\/(?:localhost|127\.0\.0\.1)(?::\d+)?$/
const origin = lazily(() =>
  z.string().refine((text) => {
    const url = URL.parse(text)
    return url?.origin === text && (url.protocol === 'https:' || local.test(text))
  }, wanted('An origin alone, without a path: https://app.example.com, or http://localhost:3000.')),
)
const redirect = lazily(() =>
  z
    .string()
    .max(policy.urlLength)
    .refine(...storable)
    .refine((typed) => {
      const url = URL.parse(typed)
      if (!url || url.hash || url.username || url.password) return false
      if (url.protocol === 'http:') return local.test(url.origin)
      // The link of an app by its own scheme; never one that a browser would run.
      return !/^(?:javascript|data|vbscript|file|blob|about):$/.test(url.protocol)
    }, wanted(
      'A whole address without #: https://…, the own scheme of an app, or http://localhost.',
    )),
)

const nativeClients = lazily(() =>
  z
    .array(
      z
        .string()
        .regex(/^[\w.:-]{1,255}$/, wanted('One client id: letters, digits and any of . _ : -')),
    )
    .max(policy.listLength)
    .nullish(),
)

function fromZero() {
  const sentence = wanted('A whole number, 0 or more.')
  return z.int(sentence).min(0, sentence)
}

/** Of a text that people consent to: a date, a number. */
const textVersion = lazily(() =>
  z
    .string()
    .regex(
      /^[\w.-]{1,32}$/,
      wanted('Up to 32 letters, digits, points, hyphens or _, such as 2026-01.'),
    ),
)

/**
 * The settings of a tenant as its administrators write and read them: what is absent is as the operator has it.
 * `null` takes a setting back.
 */
export const settingsBody = lazily(() =>
  z.strictObject({
    branding: z
      .strictObject({
        name: displayName.nullish(),
        logo_url: httpsUrl.nullish(),
        primary_color: z
          .string()
          .regex(/^#[\dA-Fa-f]{6}$/, wanted('A colour as #rrggbb, such as #2546c8.'))
          .nullish(),
        support_url: httpsUrl.nullish(),
        terms_url: httpsUrl.nullish(),
        privacy_url: httpsUrl.nullish(),
      })
      .nullish(),
    /** Of its mails, whose address stays the operator's: SES sends for no other. */
    sender: z.strictObject({ name: displayName.nullish(), reply_to: mailbox.nullish() }).nullish(),
    sign_in_methods: z.array(z.enum(signInMethods)).min(1).max(signInMethods.length).nullish(),
    register_form: registerFormSetting.nullish(),
    terms_version: textVersion.nullish(),
    privacy_version: textVersion.nullish(),
    email_verification: z.boolean().nullish(),
    password_preset: z.enum(passwordPresetNames).nullish(),
    password_policy: passwordPolicySetting.nullish(),
    minimum_age: wholeNumber(0, profile.maximumAge, 'years').nullish(),
    phone_regions: z.array(region).max(policy.listLength).nullish(),
    require_mfa: z.boolean().nullish(),
    email_factor: z.boolean().nullish(),
    assurance_profile: z.enum(['balanced', 'strict']).nullish(),
    /** Seconds. */
    session: z
      .strictObject({
        idle_life: wholeNumber(policy.shortestSession, session.idleLife, 'seconds'),
        absolute_life: wholeNumber(policy.shortestSession, session.absoluteLife, 'seconds'),
      })
      .refine(({ idle_life, absolute_life }) => idle_life <= absolute_life, {
        path: ['absolute_life'],
        message: 'A session cannot idle longer than it lives.',
        params: { code: 'SESSION_TOO_SHORT' },
      })
      .nullish(),
    allowed_origins: z.array(origin).max(policy.listLength).nullish(),
    android_apps: z
      .array(
        z.strictObject({
          package: z
            .string()
            .max(policy.urlLength)
            .regex(
              /^[A-Za-z]\w*(?:\.[A-Za-z]\w*)+$/,
              wanted('The name of a package, such as com.example.app.'),
            ),
          /** SHA-256 of the certificate that signs it. */
          fingerprint: z
            .string()
            .regex(
              /^(?:[\dA-F]{2}:){31}[\dA-F]{2}$/,
              wanted('32 pairs of hexadecimal digits in capitals, with colons between them.'),
            ),
        }),
      )
      .max(policy.listLength)
      .nullish(),
    apple_apps: z
      .array(
        z
          .string()
          .max(policy.urlLength)
          .regex(
            /^[A-Z\d]{10}\.[A-Za-z\d-]+(?:\.[A-Za-z\d-]+)*$/,
            wanted('Team and bundle, such as ABCDE12345.com.example.app.'),
          ),
      )
      .max(policy.listLength)
      .nullish(),
    /** By provider, the clients of the tenant's own mobile apps. */
    native_clients: z
      .strictObject({
        google: nativeClients,
        apple: nativeClients,
        microsoft: nativeClients,
      })
      .nullish(),
    redirect_urls: z.array(redirect).max(policy.listLength).nullish(),
    text_channels: z
      .array(z.enum(['sms', 'whatsapp']))
      .max(2)
      .nullish(),
    text_regions: z
      .array(z.string().regex(/^(?:[A-Z]{2}|\*)$/, wanted(`${country}; or * for all.`)))
      .max(policy.listLength)
      .nullish(),
    texts_per_day: fromZero().nullish(),
    texts_per_prefix_day: fromZero().nullish(),
  }),
)

export type SettingsBody = z.infer<typeof settingsBody>

/** A tenant's own settings laid over the operator's. `stored`: what the row holds, with names as inside. */
export function settingsOf(
  config: Config,
  stored: Readonly<Record<string, unknown>>,
): TenantSettings {
  const defaults = defaultSettings(config)
  const own = stored as Partial<TenantSettings>
  const branding = { ...defaults.branding, ...own.branding }
  // Whoever asks for this form means numbers of Bangladesh, unless the tenant says otherwise.
  const isBangladeshi = own.registerForm && wholeForm(own.registerForm).preset === 'bd_profile'
  const regions = isBangladeshi ? { phoneRegions: ['BD'] } : {}
  const sender = { ...defaults.sender, ...own.sender }
  const bounded = { ...boundedTexts(defaults, own), session: boundedSession(defaults, own) }
  return { ...defaults, ...regions, ...own, ...bounded, branding, sender }
}

/** Sessions end when the tenant says, and no later than its profile lets them. */
function boundedSession(
  operator: TenantSettings,
  {
    session: own = operator.session,
    assuranceProfile = operator.assuranceProfile,
  }: Partial<TenantSettings>,
): TenantSettings['session'] {
  const { idleLife, absoluteLife } = assuranceProfiles[assuranceProfile]
  return {
    idleLife: Math.min(own.idleLife, idleLife),
    absoluteLife: Math.min(own.absoluteLife, absoluteLife),
  }
}

/** Texts are the operator's bill: a tenant may spend less of it, and never more. */
function boundedTexts(
  operator: TenantSettings,
  own: Partial<TenantSettings>,
): Pick<TenantSettings, 'textChannels' | 'textRegions' | 'textsPerDay' | 'textsPerPrefixDay'> {
  const channels = own.textChannels ?? operator.textChannels
  const regions = own.textRegions ?? operator.textRegions
  return {
    textChannels: channels.filter((channel) => operator.textChannels.includes(channel)),
    textRegions: common(operator.textRegions, regions),
    textsPerDay: Math.min(own.textsPerDay ?? Infinity, operator.textsPerDay),
    textsPerPrefixDay: Math.min(own.textsPerPrefixDay ?? Infinity, operator.textsPerPrefixDay),
  }
}

/** Countries that two lists have in common; `*` stands for all. */
function common(some: readonly string[], others: readonly string[]): readonly string[] {
  if (some.includes('*')) return others
  return others.includes('*') ? some : others.filter((region) => some.includes(region))
}

/** What a tenant's rules are, as its administrators read them: with the operator's where it says nothing. */
export function shownSettings(settings: TenantSettings): SettingsBody {
  return withOuterNames(settings) as SettingsBody
}

/** The same with names as inside: `require_mfa` is `requireMfa`. */
export function withInnerNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withInnerNames)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
      withInnerNames(inner),
    ]),
  )
}

/** The reverse: `requireMfa` is `require_mfa`. */
export function withOuterNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withOuterNames)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      withOuterNames(inner),
    ]),
  )
}
