import { v7 as uuidv7 } from 'uuid'
import { z } from 'zod'
import { consentVersion } from '../policy.ts'
import { type Body, type FieldReader, fieldOf } from './field-reader.ts'

export interface Consent {
  id: string
  kind: 'terms' | 'privacy'
  version: string
  /** RFC 3339 */
  accepted_at: string
}

/** What somebody accepted on the way, where no form asks for it: only `true` is a consent. */
export const consentFields = {
  terms_accepted: z.boolean().optional(),
  privacy_accepted: z.boolean().optional(),
}

export function givenConsents(
  given: { terms_accepted?: boolean | undefined; privacy_accepted?: boolean | undefined },
  now: number,
): Consent[] {
  const accepted_at = new Date(now).toISOString()
  return (['terms', 'privacy'] as const)
    .filter((kind) => given[`${kind}_accepted`])
    .map((kind) => ({ id: uuidv7(), kind, version: consentVersion, accepted_at }))
}

/** Both are needed, and only `true` is a consent. `now`: milliseconds since 1970. */
export function readConsents(reader: FieldReader, body: Body, now: number): Consent[] {
  const accepted_at = new Date(now).toISOString()
  return (['terms', 'privacy'] as const).flatMap((kind) => {
    const field = `${kind}_accepted`
    if (fieldOf(body, field) === true) {
      return [{ id: uuidv7(), kind, version: consentVersion, accepted_at }]
    }
    reader.refuse(field, 'CONSENT_REQUIRED', 'Accept this text to register.')
    return []
  })
}
