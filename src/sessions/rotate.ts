import { sql } from 'drizzle-orm'
import { meetsDemand } from '../assurance/demand.ts'
import { profileOf } from '../assurance/profile.ts'
import type { RequestContext } from '../context.ts'
import { kept } from '../database/kept.ts'
import { session as policy } from '../policy.ts'
import type { Ports, Row } from '../ports.ts'
import { settingsHold } from '../tenants/current.ts'
import type { Tenant } from '../tenants/tenant.ts'
import type { RefreshToken } from '../tokens/refresh-token.ts'
import { endOf, liveSession } from './live.ts'
import type { TokenHolder } from './tokens.ts'

/** A session whose family has moved on, or that a repeat was answered by. */
export interface RotatedSession extends Row {
  holder: TokenHolder
  amr: string[]
  acr: string
  auth_time: number
  refresh_expires_in: number
  /** Hex of the hash that the row now holds. */
  stored_hash: string
}

/** Kept, as nearly every request that is not a bare check of a token is a refresh. */
export const rotateSession = kept(
  'rotate_session_13f83c78',
  {
    family: 'uuid',
    tenant: 'uuid',
    settingsVersion: 'integer',
    transport: 'text',
    generation: 'integer',
    hash: 'bytea',
    successorHash: 'bytea',
    absoluteLife: 'double precision',
    idleLife: 'double precision',
    devicesStandIn: 'boolean',
    requireMfa: 'boolean',
    ipPrefix: 'text',
    country: 'text',
  },
  (p) => {
    const isLive = sql`(s.refresh_generation = ${p.generation} and s.refresh_hash = ${p.hash})`
    const idle = sql`make_interval(secs => ${p.idleLife})`
    const end = endOf(p.absoluteLife)
    return sql`update sessions s set refresh_generation = ${p.generation} + 1,
        refresh_hash = case when ${isLive} then ${p.successorHash} else s.refresh_hash end,
        refreshed_at = case when ${isLive} then now() else s.refreshed_at end,
        last_seen_at = now(), expires_at = least(s.ends_at, ${end}, now() + ${idle}),
        ip_prefix = ${p.ipPrefix}, country = ${p.country}
      from users u
      where s.id = ${p.family} and s.tenant_id = ${p.tenant} and s.transport = ${p.transport}
        and u.id = s.user_id and ${liveSession} and ${meetsDemand(p)}
        and ${settingsHold({ id: p.tenant, version: p.settingsVersion })}
        and ${end} > now() and s.last_seen_at > now() - ${idle}
        and (${isLive} or (s.refresh_generation = ${p.generation} + 1
          and s.refreshed_at > now() - make_interval(secs => ${policy.refreshGrace})))
      returning json_build_object('stored_hash', encode(s.refresh_hash, 'hex'), 'amr', s.amr, 'acr', s.acr,
        'holder', json_build_object('id', u.id, 'roles', u.roles, 'authority_version', u.authority_version),
        'auth_time', floor(extract(epoch from s.authenticated_at))::int,
        'refresh_expires_in', greatest(1, extract(epoch from s.expires_at - now())::int))`
  },
)

/** Moves the family on if it stands at the presented token; a repeat within the grace changes nothing but when it was seen. */
export function rotate(
  { database }: Pick<Ports, 'database'>,
  tenant: Tenant,
  { family, generation, hash }: RefreshToken,
  successor: RefreshToken,
  { transport, ipPrefix, country }: RequestContext,
): Promise<RotatedSession | null> {
  const { session, requireMfa } = tenant.settings
  return rotateSession.run<RotatedSession>(
    database,
    {
      family,
      tenant: tenant.id,
      settingsVersion: tenant.version,
      transport,
      generation,
      hash,
      successorHash: successor.hash,
      absoluteLife: session.absoluteLife,
      idleLife: session.idleLife,
      devicesStandIn: profileOf(tenant).devicesStandIn,
      requireMfa,
      ipPrefix,
      country,
    },
    'overlapping',
  )
}
