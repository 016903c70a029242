import { AuthError, type FieldError, fieldError } from '../../errors.ts'
import { log } from '../../log.ts'
import type { Ports } from '../../ports.ts'
import { checkEmailAddress } from './email-address.ts'
import { checkMailDomain } from './mail-domain.ts'

/** Throws `VALIDATION_FAILED` for an address that no account may have: by its form, its domain, or as one to throw away. */
export async function acceptAddress(
  ports: Pick<Ports, 'config' | 'egress'>,
  field: string,
  email: string,
): Promise<void> {
  const checked = checkEmailAddress(field, email, ports.config.checks.disposable)
  if ('error' in checked) throw new AuthError('VALIDATION_FAILED', { errors: [checked.error] })
  const errors = await unreachableDomain(ports, field, checked.value.domain)
  if (errors.length > 0) throw new AuthError('VALIDATION_FAILED', { errors })
}

/** Fails open: a resolver that is down must not stop registrations, and the mail itself is the proof. */
export async function unreachableDomain(
  ports: Pick<Ports, 'config' | 'egress'>,
  field: string,
  domain: string,
): Promise<FieldError[]> {
  const verdict = await checkMailDomain(ports, domain)
  if (verdict === 'unknown') log('warn', { event: 'mail_domain_unchecked' })
  if (verdict !== 'refuses') return []
  const message = 'This domain does not take mail: check its spelling.'
  return [fieldError(field, 'EMAIL_DOMAIN_INVALID', message)]
}
