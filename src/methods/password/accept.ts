import type { FieldError } from '../../errors.ts'
import { AuthError, fieldError } from '../../errors.ts'
import { messageOf } from '../../forms/words.ts'
import { log } from '../../log.ts'
import { serviceName } from '../../policy.ts'
import type { HashSlot, Ports, StoredHash } from '../../ports.ts'
import { passwordPolicyOf } from '../../tenants/password-policy.ts'
import type { Tenant } from '../../tenants/tenant.ts'
import { checkBreach } from './breach.ts'
import { checkPassword } from './rules.ts'

/** Every rule that a new password breaks, the breach list included (asked only where the others hold). */
export async function brokenPasswordRules(
  ports: Pick<Ports, 'config' | 'egress' | 'passwordLists'>,
  tenant: Tenant,
  password: string,
  context: readonly string[],
): Promise<FieldError[]> {
  const policy = passwordPolicyOf(tenant.settings)
  const errors = await checkPassword(ports, policy, password, [...context, serviceName])
  const asksForBreach = policy.breachCheck && ports.config.checks.breach
  if (errors.length > 0 || !asksForBreach) return errors
  const verdict = await checkBreach(ports, password)
  // Fails open, as a service that is down must not stop anybody: the local list has been asked.
  if (verdict === 'unknown') log('warn', { event: 'breach_unchecked' })
  if (verdict !== 'breached') return []
  return [fieldError('password', 'PASSWORD_BREACHED', messageOf('PASSWORD_BREACHED', 'en'))]
}

/** Throws `VALIDATION_FAILED` with every broken rule, named after the field that carried the password. */
export async function acceptNewPassword(
  ports: Pick<Ports, 'config' | 'egress' | 'passwordLists'>,
  tenant: Tenant,
  field: string,
  password: string,
  context: readonly string[],
): Promise<void> {
  const errors = await brokenPasswordRules(ports, tenant, password, context)
  if (errors.length > 0) throw refused(field, errors)
}

/** Throws `VALIDATION_FAILED` where the password is the current one or one of those before it. */
export async function refuseReuse(
  slot: HashSlot,
  { settings }: Tenant,
  field: string,
  password: string,
  used: readonly StoredHash[],
): Promise<void> {
  for (const hash of used.slice(0, passwordPolicyOf(settings).history)) {
    if (await slot.verify(password, hash)) {
      throw refused(field, [
        fieldError(field, 'PASSWORD_REUSED', messageOf('PASSWORD_REUSED', 'en')),
      ])
    }
  }
}

function refused(field: string, errors: FieldError[]): AuthError {
  return new AuthError('VALIDATION_FAILED', {
    errors: errors.map((error) => ({ ...error, field })),
  })
}
