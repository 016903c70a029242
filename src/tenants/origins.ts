import { sql } from 'drizzle-orm'
import { tenant as policy } from '../policy.ts'
import type { Ports } from '../ports.ts'

type OriginPorts = Pick<Ports, 'background' | 'clock' | 'config' | 'database' | 'originMemory'>

/**
 * Whether a page of the origin may ask at all: it is in the configuration, or any tenant lists it. A preflight cannot say
 * which tenant the request will be for, so this is all that it can be answered by; the tenant's own list decides about the
 * request itself. Remembered by the isolate, refusals too.
 */
export async function isListedOrigin(ports: OriginPorts, origin: string): Promise<boolean> {
  if (ports.config.allowedOrigins.includes(origin)) return true
  if (!isOrigin(origin)) return false
  const known = ports.originMemory.get(origin)
  const age = known ? (ports.clock.now() - known.readAt) / 1_000 : Number.POSITIVE_INFINITY
  if (!known || age > policy.usableFor) return read(ports, origin).catch(() => false)
  if (age > policy.originFreshFor) {
    // One reader at a time: the others meanwhile find an answer that looks young.
    ports.originMemory.put(origin, { ...known, readAt: ports.clock.now() })
    ports.background.run('origin', () => read(ports, origin))
  }
  return known.listed
}

async function read(ports: OriginPorts, origin: string): Promise<boolean> {
  const readAt = ports.clock.now()
  const wanted = JSON.stringify({ allowed_origins: [origin] })
  const [row] = await ports.database.run<{ listed: boolean }>(
    sql`select exists(select from tenants where settings @> ${wanted}::jsonb) as listed`,
    'idempotent',
  )
  const listed = row?.listed ?? false
  ports.originMemory.put(origin, { listed, readAt })
  return listed
}

/** What settings may hold: anything else is in no list, and worth no question. */
function isOrigin(text: string): boolean {
  const url = text.length <= policy.urlLength ? URL.parse(text) : null
  return url?.origin === text && /^https?:$/.test(url.protocol)
}
