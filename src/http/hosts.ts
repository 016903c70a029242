import type { Config } from '../config.ts'

type Hosts = Pick<Config, 'allowedHosts'>

/** A host of the configuration, or one label below an entry such as `*.auth.example.com`. */
export function isServed({ allowedHosts }: Hosts, hostname: string): boolean {
  return allowedHosts.includes(hostname) || tenantHost({ allowedHosts }, hostname) !== null
}

/** The slug that a host of a tenant's own begins with; null for the hosts of the service itself. */
export function tenantHost({ allowedHosts }: Hosts, hostname: string): string | null {
  if (allowedHosts.includes(hostname)) return null
  const [label, ...rest] = hostname.split('.')
  return label && allowedHosts.includes(`*.${rest.join('.')}`) ? label : null
}
