import { v7 as uuidv7 } from 'uuid'
import { z } from 'zod'
import { lazily } from '../lazily.ts'
import type { TenantSettings } from '../tenants/tenant.ts'
import { type Body, type FieldReader, fieldOf } from './field-reader.ts'

export interface Consent {
  id: string
  kind: 'terms' | 'privacy'
  version: string
  /** RFC 3339 */
  accepted_at: string
}

const consent = lazily(() => z.boolean().optional())

/** What somebody accepted on the way, where no form asks for it: only `true` is a consent. */
export const consentFields = { terms_accepted: consent, privacy_accepted: consent }

export type ConsentSettings = Pick<TenantSettings, 'termsVersion' | 'privacyVersion'>

export function givenConsents(
  settings: ConsentSettings,
  given: { terms_accepted?: boolean | undefined; privacy_accepted?: boolean | undefined },
  now: number,
): Consent[] {
  return kinds
    .filter((kind) => given[`${kind}_accepted`])
    .map((kind) => newConsent(settings, kind, now))
}

/** Both are needed, and only `true` is a consent. `now`: milliseconds since 1970. */
export function readConsents(
  reader: FieldReader,
  settings: ConsentSettings,
  body: Body,
  now: number,
): Consent[] {
  return kinds.flatMap((kind) => {
    const field = `${kind}_accepted`
    if (fieldOf(body, field) === true) return [newConsent(settings, kind, now)]
    reader.refuse(field, 'CONSENT_REQUIRED', 'Accept this text to register.')
    return []
  })
}

/** A consent is to the text that was shown: its version is kept with it. */
function newConsent(settings: ConsentSettings, kind: Consent['kind'], now: number): Consent {
  const version = settings[`${kind}Version`]
  return { id: uuidv7(), kind, version, accepted_at: new Date(now).toISOString() }
}

const kinds = ['terms', 'privacy'] as const
