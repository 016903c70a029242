import { AuthError } from '../errors.ts'
import type { SignInMethod } from './sign-in-methods.ts'
import type { Tenant } from './tenant.ts'

/** Throws `SIGN_IN_METHOD_CLOSED` where the tenant has closed this way in: before any work, whoever asks. */
export function requireMethod({ settings }: Tenant, method: SignInMethod): void {
  if (!settings.signInMethods.includes(method)) throw new AuthError('SIGN_IN_METHOD_CLOSED')
}
