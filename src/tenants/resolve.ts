import type { Config } from '../config.ts'
import { AuthError } from '../errors.ts'
import { tenant as policy } from '../policy.ts'
import type { Ports, TenantRecord } from '../ports.ts'
import { findTenant } from './find.ts'
import { settingsOf } from './settings.ts'
import { slugShape } from './slug.ts'
import type { Tenant } from './tenant.ts'

export type TenantPorts = Pick<
  Ports,
  'background' | 'clock' | 'config' | 'database' | 'tenantMemory'
>

/** The tenant of a slug, from memory where it is known. Null where there is none. */
export function tenantNamed(ports: TenantPorts, slug: string): Promise<Tenant | null> {
  return slugShape.test(slug) ? remembered(ports, slug) : Promise.resolve(null)
}

/** The tenant as the database has it at this moment, for who was told that settings have moved. */
export async function tenantToday(ports: TenantPorts, { id }: Tenant): Promise<Tenant> {
  const record = await findTenant(ports, { id })
  if (!record) throw new AuthError('TENANT_NOT_FOUND')
  return toTenant(ports, record)
}

/**
 * Judges by the settings that the isolate remembers. Where the database says that they have moved, nothing was done
 * (null), and it is judged once more, by those of today. Throws `UNAVAILABLE`.
 */
export async function byTodaysSettings<T extends object>(
  ports: TenantPorts,
  tenant: Tenant,
  judge: (tenant: Tenant) => Promise<T | null>,
): Promise<T> {
  const judged = (await judge(tenant)) ?? (await judge(await tenantToday(ports, tenant)))
  if (judged) return judged
  throw new AuthError('UNAVAILABLE', { retryAfter: 1, reason: 'settings are moving' })
}

/**
 * A young row serves as it is; an older one serves and is read again after the answer; an old one is read first, but
 * serves where the database does not answer: what must not rest on it is judged once more in the statement that acts.
 */
async function remembered(ports: TenantPorts, slug: string): Promise<Tenant | null> {
  const known = ports.tenantMemory.get(slug)
  if (!known) {
    const found = await findTenant(ports, { slug })
    return found && toTenant(ports, found)
  }
  const age = (ports.clock.now() - known.readAt) / 1_000
  if (age <= policy.freshFor) return toTenant(ports, known)
  if (age <= policy.usableFor) {
    // One reader at a time: the others meanwhile find a row that looks young.
    ports.tenantMemory.put({ ...known, readAt: ports.clock.now() })
    ports.background.run('tenant', () => findTenant(ports, { id: known.id }))
    return toTenant(ports, known)
  }
  const found = await findTenant(ports, { id: known.id }).catch(() => known)
  return found && toTenant(ports, found)
}

/** A row that is remembered serves many requests: what follows from it under a configuration is worked out once. */
const workedOut = new WeakMap<TenantRecord, { config: Config; tenant: Tenant }>()

export function toTenant({ config }: Pick<Ports, 'config'>, record: TenantRecord): Tenant {
  const known = workedOut.get(record)
  if (known?.config === config) return known.tenant
  const tenant = workOut(config, record)
  workedOut.set(record, { config, tenant })
  return tenant
}

/** Frozen, as requests share it. */
function workOut(
  config: Config,
  { id, slug, name, version, settings, releases, has_webhooks: hasWebhooks }: TenantRecord,
): Tenant {
  const operator = {
    emailFactor: config.defaultTenant.emailFactor,
    textsPerDay: config.texts.perDay,
  }
  return Object.freeze({
    id,
    slug,
    name,
    version,
    hasWebhooks,
    releases,
    operator,
    settings: Object.freeze(settingsOf(config, settings)),
  })
}
