import { lookUp } from '../accounts/fields/look-up.ts'
import type { Config } from '../config.ts'
import { webhook as policy } from '../policy.ts'
import type { Ports } from '../ports.ts'
import { isPublicAddress } from './address.ts'

/** Why a webhook may not go to an URL. */
export type TargetFault =
  | 'INVALID_URL'
  | 'HTTPS_REQUIRED'
  | 'PORT_NOT_ALLOWED'
  | 'HOST_NOT_PUBLIC'
  | 'HOST_NOT_FOUND'

/** `unknown`: the resolver does not answer. Whoever is about to send must not send then. */
export type TargetVerdict = TargetFault | 'unknown' | null

/** Networks of houses and companies, and names that mean the machine itself. */
const localNames =
  /(?:^|\.)(?:localhost|localdomain|local|internal|intranet|private|lan|home|corp|arpa|onion|test|invalid)$/

/**
 * Where a tenant may have requests sent to from here (SSRF): a name of the public internet, over https at its usual
 * port. The URL parser has brought numbers in any spelling into the form of an address by then, and no address will do:
 * who runs a service on the internet has a name and a certificate for it.
 */
export async function judgeTarget(
  ports: Pick<Ports, 'config' | 'egress'>,
  text: string,
): Promise<TargetVerdict> {
  const url = URL.parse(text)
  const fault = faultOf(ports.config, url, text)
  if (fault || !url || isOwnMachine(ports.config, url)) return fault
  return judgeName(ports, url.hostname)
}

function faultOf(
  config: Pick<Config, 'allowedHosts' | 'development'>,
  url: URL | null,
  text: string,
): TargetFault | null {
  if (!url || text.length > policy.urlLength || url.username || url.password || url.hash) {
    return 'INVALID_URL'
  }
  if (isOwnMachine(config, url)) return null
  if (url.protocol !== 'https:') return 'HTTPS_REQUIRED'
  if (url.port !== '') return 'PORT_NOT_ALLOWED'
  return isPublicName(config, url.hostname) ? null : 'HOST_NOT_PUBLIC'
}

/** Development only: a receiver beside the service. */
function isOwnMachine({ development }: Pick<Config, 'development'>, url: URL): boolean {
  return development && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
}

/** A webhook to the service itself would make events of events. */
function isPublicName({ allowedHosts }: Pick<Config, 'allowedHosts'>, hostname: string): boolean {
  const name = hostname.replace(/\.$/, '')
  const isAddress = name.startsWith('[') || /^[\d.]+$/.test(name)
  if (isAddress || !name.includes('.') || localNames.test(name)) return false
  return !allowedHosts.some((host) =>
    host.startsWith('*.') ? name.endsWith(host.slice(1)) : name === host,
  )
}

/**
 * Every address of the name has to be public: one private among them is where the connection would go at the attacker's
 * choice. Limit: the platform resolves the name once more when it connects, and a name may answer otherwise by then.
 * From Cloudflare's network there is no way to an address of a private one.
 */
async function judgeName(
  ports: Pick<Ports, 'config' | 'egress'>,
  name: string,
): Promise<TargetVerdict> {
  const answers = await Promise.all([lookUp(ports, name, 'A'), lookUp(ports, name, 'AAAA')])
  const addresses = answers.flatMap((answer) => (answer.kind === 'records' ? answer.data : []))
  if (!addresses.every(isPublicAddress)) return 'HOST_NOT_PUBLIC'
  if (answers.some(({ kind }) => kind === 'unknown')) return 'unknown'
  return addresses.length > 0 ? null : 'HOST_NOT_FOUND'
}
