import type { FieldError } from '../../errors.ts'
import { AuthError, fieldError } from '../../errors.ts'
import { log } from '../../log.ts'
import { password as policy, serviceName } from '../../policy.ts'
import type { HashSlot, Ports, StoredHash } from '../../ports.ts'
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
  const errors = await checkPassword(ports, tenant.settings.passwordPreset, password, [
    ...context,
    serviceName,
  ])
  if (errors.length > 0 || !ports.config.checks.breach) return errors
  const verdict = await checkBreach(ports, password)
  // Fails open, as a service that is down must not stop anybody: the local list has been asked.
  if (verdict === 'unknown') log('warn', { event: 'breach_unchecked' })
  if (verdict !== 'breached') return []
  return [
    fieldError(
      'password',
      'PASSWORD_BREACHED',
      'This password is known from a data breach: choose another.',
    ),
  ]
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
  field: string,
  password: string,
  used: readonly StoredHash[],
): Promise<void> {
  for (const hash of used.slice(0, policy.history)) {
    if (await slot.verify(password, hash)) {
      throw refused(field, [
        fieldError(
          field,
          'PASSWORD_REUSED',
          'This password was used here before: choose a new one.',
        ),
      ])
    }
  }
}

function refused(field: string, errors: FieldError[]): AuthError {
  return new AuthError('VALIDATION_FAILED', {
    errors: errors.map((error) => ({ ...error, field })),
  })
}
