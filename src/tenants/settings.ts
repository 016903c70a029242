import { z } from 'zod'
import type { Config } from '../config.ts'
import { storable } from '../database/storable.ts'
import { lazily } from '../lazily.ts'
import { assuranceProfiles, tenant as policy, profile, session } from '../policy.ts'
import { displayName } from './display-name.ts'
import { passwordPolicySetting, passwordPresetNames } from './password-policy.ts'
import { registerFormSetting, wholeForm } from './register-form.ts'
import { signInMethods } from './sign-in-methods.ts'
import { defaultSettings, type TenantSettings } from './tenant.ts'

const region = lazily(() => z.string().regex(/^[A-Z]{2}$/))
const httpsUrl = lazily(() =>
  z
    .url({ protocol: /^https$/ })
    .max(policy.urlLength)
    .refine(...storable),
)
/** One plain address: no list, no display name. */
const mailbox = lazily(() =>
  z
    .string()
    .max(policy.urlLength)
    .toLowerCase()
    .regex(/^[\w.!#$%&'*+/=?^`{|}~-]+@[A-Za-z\d-]+(?:\.[A-Za-z\d-]+)+$/),
)
/** Pages on the developer's own machine may come without https, as browsers trust them too. */
const local = /^http:\/\/(?:localhost|127\.0\.0\.1)(?::\d+)?$/
const origin = lazily(() =>
  z.string().refine((text) => {
    const url = URL.parse(text)
    return url?.origin === text && (url.protocol === 'https:' || local.test(text))
  }, 'is not an origin'),
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
    }, 'is not a URL that a sign-in may lead to'),
)

const nativeClients = lazily(() =>
  z
    .array(z.string().regex(/^[\w.:-]{1,255}$/))
    .max(policy.listLength)
    .nullish(),
)

/** Of a text that people consent to: a date, a number. */
const textVersion = lazily(() => z.string().regex(/^[\w.-]{1,32}$/))

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
          .regex(/^#[\dA-Fa-f]{6}$/)
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
    minimum_age: z.int().min(0).max(profile.maximumAge).nullish(),
    phone_regions: z.array(region).max(policy.listLength).nullish(),
    require_mfa: z.boolean().nullish(),
    email_factor: z.boolean().nullish(),
    assurance_profile: z.enum(['balanced', 'strict']).nullish(),
    /** Seconds. */
    session: z
      .strictObject({
        idle_life: z.int().min(policy.shortestSession).max(session.idleLife),
        absolute_life: z.int().min(policy.shortestSession).max(session.absoluteLife),
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
            .regex(/^[A-Za-z]\w*(?:\.[A-Za-z]\w*)+$/),
          /** SHA-256 of the certificate that signs it. */
          fingerprint: z.string().regex(/^(?:[\dA-F]{2}:){31}[\dA-F]{2}$/),
        }),
      )
      .max(policy.listLength)
      .nullish(),
    apple_apps: z
      .array(
        z
          .string()
          .max(policy.urlLength)
          .regex(/^[A-Z\d]{10}\.[A-Za-z\d-]+(?:\.[A-Za-z\d-]+)*$/),
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
      .array(z.union([region, z.literal('*')]))
      .max(policy.listLength)
      .nullish(),
    texts_per_day: z.int().min(0).nullish(),
    texts_per_prefix_day: z.int().min(0).nullish(),
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
