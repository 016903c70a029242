import type { RequestContext } from '../../context.ts'
import type { Registration } from '../../forms/registration.ts'
import type { StoredHash } from '../../ports.ts'
import type { Tenant } from '../../tenants/tenant.ts'

/** A registration whose address is to be proven. */
export interface WaitingRegistration {
  tenant: Tenant
  /** Checked and normalised. */
  registration: Registration
  hash: StoredHash
  context: RequestContext
}

/** What waits with the token, as `verify-email.ts` reads it. */
export function toPayload({ registration, hash, context }: WaitingRegistration) {
  return {
    first_name: registration.firstName,
    last_name: registration.lastName,
    date_of_birth: registration.dateOfBirth,
    gender: registration.gender,
    mobile: registration.mobile,
    phone_e164: registration.phone,
    locale: registration.locale,
    extra: registration.extra,
    hash: hash.phc,
    pepper_id: hash.pepperId,
    consents: registration.consents,
    ip_prefix: context.ipPrefix,
  }
}

export function deviceOf({ platform, appVersion }: RequestContext) {
  return { platform, app_version: appVersion }
}
