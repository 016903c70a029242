import { unreachableDomain } from '../../accounts/fields/reachable-address.ts'
import type { RequestContext } from '../../context.ts'
import { AuthError, type FieldError, fieldError } from '../../errors.ts'
import type { Body } from '../../forms/field-reader.ts'
import { checkRegistration, type Registration } from '../../forms/registration.ts'
import type { Ports } from '../../ports.ts'
import type { Tenant } from '../../tenants/tenant.ts'
import { brokenPasswordRules } from './accept.ts'

/** A registration that nothing stands against. Throws `VALIDATION_FAILED`. */
export async function acceptRegistration(
  ports: CheckPorts,
  tenant: Tenant,
  body: Body,
  context: RequestContext,
): Promise<Registration> {
  const { values, errors } = await checkWhole(ports, tenant, body, context)
  if (errors.length > 0) throw new AuthError('VALIDATION_FAILED', { errors })
  return values
}

type CheckPorts = Pick<Ports, 'clock' | 'config' | 'egress' | 'passwordLists'>

/**
 * Everything that stands against a registration, at once: the fields of the tenant's form, the password rules,
 * and what only the network knows.
 */
export async function checkWhole(
  ports: CheckPorts,
  tenant: Tenant,
  body: Body,
  context: RequestContext,
): Promise<{ values: Registration; errors: FieldError[] }> {
  const settings = {
    ...tenant.settings,
    refuseDisposable: ports.config.checks.disposable,
    fallbackLocale: context.locale,
  }
  const { values, errors } = checkRegistration(settings, body, ports.clock.now())
  const [passwordErrors, domainErrors] = await Promise.all([
    values.password ? brokenPasswordRules(ports, tenant, values.password, wordsOf(values)) : [],
    values.emailDomain ? unreachableDomain(ports, 'email', values.emailDomain) : [],
  ])
  const unreachable = unreachableOwner(tenant, values, errors)
  return { values, errors: [...errors, ...passwordErrors, ...domainErrors, ...unreachable] }
}

function wordsOf({ email, phone, firstName, lastName }: Registration): string[] {
  return [email, phone, firstName, lastName].filter((word) => word !== null)
}

/** A number alone is proven by a text: where none is sent, it takes an e-mail address. */
function unreachableOwner(
  { settings }: Tenant,
  { email, phone }: Registration,
  errors: readonly FieldError[],
) {
  if (settings.textChannels.length > 0) return []
  if (email || !phone || errors.some(({ field }) => field === 'email')) return []
  return [
    fieldError(
      'email',
      'EMAIL_REQUIRED',
      'Enter an e-mail address too: numbers are not proven here.',
    ),
  ]
}
