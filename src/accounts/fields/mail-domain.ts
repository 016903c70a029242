import type { Ports } from '../../ports.ts'
import { lookUp } from './look-up.ts'

/** `unknown`: the resolver gave no usable answer. The caller lets it pass and logs it: the mail itself is the proof. */
export type MailDomainVerdict = 'accepts' | 'refuses' | 'unknown'

/**
 * Whether a domain takes mail (RFC 5321 §5.1): it has a mail exchanger, or an address where none is named.
 *
 * `domain`: ASCII, lower case. One or two round trips to the resolver.
 */
export async function checkMailDomain(
  ports: Pick<Ports, 'egress' | 'config'>,
  domain: string,
): Promise<MailDomainVerdict> {
  if (!ports.config.checks.domain) return 'accepts'
  const exchangers = await lookUp(ports, domain, 'MX')
  if (exchangers.kind === 'unknown') return 'unknown'
  if (exchangers.kind === 'no-domain') return 'refuses'
  if (exchangers.data.length > 0) return exchangers.data.some(isExchanger) ? 'accepts' : 'refuses'

  const addresses = await Promise.all([lookUp(ports, domain, 'A'), lookUp(ports, domain, 'AAAA')])
  if (addresses.some((found) => found.kind === 'records' && found.data.length > 0)) return 'accepts'
  return addresses.some((found) => found.kind === 'unknown') ? 'unknown' : 'refuses'
}

/** `0 .` says that a domain takes no mail (RFC 7505). */
function isExchanger(data: string): boolean {
  return !/^\d+(?:\s+\.)?$/.test(data.trim())
}
