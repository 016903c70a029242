import type { Account } from '../../accounts/user.ts'
import type { ErrorCode } from '../../errors.ts'
import type { Tenant } from '../../tenants/tenant.ts'
import type { Person } from './provider.ts'
import type { FoundAccount, FoundAccounts } from './store.ts'

/**
 * - `known`: the identity has an account;
 * - `link`: both sides have proven the address, so the identity joins the account. Not where the account has or needs a
 *   second factor, which nobody has shown yet: there an identity is linked by who is signed in;
 * - `adopt`: nobody ever proved anything about the account: who receives its mail gets it, emptied;
 * - `create`: the address is free.
 */
export type Judgement =
  | { verdict: 'known' | 'link' | 'adopt'; found: FoundAccount }
  | { verdict: 'create' }
  | { verdict: 'refuse'; code: ErrorCode; cause: string }

/** @param cause for the trail: what the client does not hear */
const refuse = (code: ErrorCode, cause = code.toLowerCase()): Judgement => ({
  verdict: 'refuse',
  code,
  cause,
})

/** To whom an identity belongs. The provider's word on the address decides, never that an address is the same. */
export function judge(
  tenant: Tenant,
  person: Person,
  { byIdentity, byEmail }: FoundAccounts,
  /** The address is a throw-away mailbox, of which the operator wants no new account. */
  refusesMailbox: boolean,
): Judgement {
  if (byIdentity) return { verdict: 'known', found: byIdentity }
  if (!person.email) return refuse('EMAIL_REQUIRED')
  // The same answer whether or not there is an account: only who proves the address may learn that.
  const mustProve = tenant.settings.emailVerification
  if (!person.emailVerified && mustProve) return refuse('EMAIL_NOT_VERIFIED')
  if (!byEmail) return refusesMailbox ? refuse('EMAIL_NOT_ACCEPTED') : { verdict: 'create' }
  if (!person.emailVerified) return refuse('USER_EXISTS', 'account: address not verified there')
  if (!['pending', 'active'].includes(byEmail.account.status)) return refuse('ACCOUNT_DISABLED')
  if (byEmail.account.email_verified) {
    return byEmail.guarded
      ? refuse('USER_EXISTS', 'account: second factor not shown')
      : { verdict: 'link', found: byEmail }
  }
  if (isUnproven(byEmail.account)) return { verdict: 'adopt', found: byEmail }
  return refuse('USER_EXISTS', 'account: address not verified here')
}

/**
 * Somebody typed the address and proved nothing at all. With a proven number, a second factor or a role the account is
 * somebody's, and an address that it never proved does not open it.
 */
function isUnproven({ phone_verified, mfa_enabled, roles }: Account): boolean {
  return !phone_verified && !mfa_enabled && roles.every((role) => role === 'member')
}
