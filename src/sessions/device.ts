import { type SQL, sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { isRemembered } from '../assurance/remembered-device.ts'
import { recordEvent } from '../audit/record.ts'
import type { DeviceProof, RequestContext } from '../context.ts'
import { device as policy } from '../policy.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { type Bytes, toBytea } from '../tokens/encoding.ts'
import { newSecret } from '../tokens/secret.ts'

/**
 * - `known`: gives the device its own lane at the throttle;
 * - `remember`: a second factor was shown, and the device shall stand for it from now on;
 * - `remembered`: it does so now.
 */
export type DeviceUse = 'known' | 'remember' | 'remembered'

export interface SignInDevice {
  tenant: Tenant
  context: RequestContext
  userId: string
  /** Id of the row that matched what the request of the first factor showed. */
  knownDevice: string | null
  use: DeviceUse
}

/** What a sign-in writes about the device that it comes from. */
export interface DeviceWrite {
  /** A new secret for the browser's cookie. */
  secret: string | null
  /** CTE `gate`, where the device itself is what is shown. */
  gate: SQL | null
  /** CTEs that end in `device` (id), of one row at most; they may read `account`. */
  rows: SQL
}

export async function writeDevice(signIn: SignInDevice): Promise<DeviceWrite> {
  if (signIn.use === 'remembered') return useRemembered(signIn)
  if (signIn.use === 'remember') return remember(signIn)
  return meet(signIn)
}

/** A browser without a secret that this account knows gets a new one: a planted cookie never becomes known. */
async function meet({ context, knownDevice }: SignInDevice): Promise<DeviceWrite> {
  if (knownDevice) {
    const rows = sql`device as (
      update devices set last_seen_at = now() from account
      where devices.id = ${knownDevice} and devices.user_id = account.id returning devices.id
    )`
    return { secret: null, gate: null, rows }
  }
  const fresh = context.transport === 'cookie' ? await newSecret('device') : null
  const hash = fresh?.hash ?? installOf(context)
  return {
    secret: fresh?.text ?? null,
    gate: null,
    rows: sql`device as (${upsert(hash, context)})`,
  }
}

/**
 * From now on the cookie is worth a second factor, so it gets a new secret: a copy taken before is worth nothing. The
 * first factor may have come from another device: what counts is the one that shows the second.
 */
async function remember(signIn: SignInDevice): Promise<DeviceWrite> {
  const { tenant, context, knownDevice } = signIn
  const trail = sql`remembering as (${recordEvent(
    {
      action: 'device.remembered',
      outcome: 'success',
      tenantId: tenant.id,
      userId: sql`met.id`,
    },
    context,
    sql`(select account.id from account, device) as met`,
  )})`
  if (context.transport !== 'cookie') {
    const rows = sql`device as (${upsert(installOf(context), context, true)}), ${trail}`
    return { secret: null, gate: null, rows }
  }
  const { text, hash } = await newSecret('device')
  const rows = sql`known_device as (
      update devices d set token_hash = ${toBytea(hash)}::bytea, last_seen_at = now(),
        remembered_until = ${rememberedUntil}, remembered_version = account.authority_version
      from account
      where d.id = ${knownDevice} and d.user_id = account.id and d.token_hash = ${shown(context)}::bytea
      returning d.id
    ), new_device as (${upsert(hash, context, true, sql`not exists (select 1 from known_device)`)}
    ), device as (select id from known_device union all select id from new_device
    ), ${trail}`
  return { secret: text, gate: null, rows }
}

/**
 * A browser's secret works once as a second factor: its successor is written by the statement that takes it, so of two
 * who show one secret only the first passes. A repeat of the statement, after a lost answer, finds its own successor.
 */
async function useRemembered(signIn: SignInDevice): Promise<DeviceWrite> {
  const { context, userId, knownDevice } = signIn
  const next = context.device?.kind === 'cookie' ? await newSecret('device') : null
  const before = shown(context)
  const after = next ? toBytea(next.hash) : before
  return {
    secret: next?.text ?? null,
    gate: sql`owner as (
      select u.id, u.authority_version from users u join judged on judged.id = u.id
      where u.id = ${userId} for no key update of u
    ), gate as (
      update devices d set token_hash = ${after}::bytea, last_seen_at = now() from owner u
      where d.id = ${knownDevice} and d.user_id = u.id
        and d.token_hash in (${before}::bytea, ${after}::bytea) and ${isRemembered}
      returning d.id
    )`,
    rows: sql`device as (select gate.id from gate, account)`,
  }
}

const rememberedUntil = sql`now() + make_interval(secs => ${policy.rememberedLife})`

function shown({ device }: RequestContext): string | null {
  return device ? toBytea(device.hash) : null
}

function installOf({ device }: RequestContext): DeviceProof['hash'] | null {
  return device?.kind === 'install' ? device.hash : null
}

function upsert(
  hash: Bytes | null,
  { platform, userAgent }: RequestContext,
  remembered = false,
  condition = sql`true`,
): SQL {
  if (!hash) return sql`select null::uuid as id from account where false`
  return sql`insert into devices
      (id, tenant_id, user_id, token_hash, platform, user_agent, remembered_until, remembered_version)
    select ${uuidv7()}::uuid, tenant_id, id, ${toBytea(hash)}::bytea, ${platform}, ${userAgent},
      case when ${remembered}::boolean then ${rememberedUntil} end,
      case when ${remembered}::boolean then authority_version end
    from account where ${condition}
    on conflict (user_id, token_hash) do update set last_seen_at = now(),
      remembered_until = coalesce(excluded.remembered_until, devices.remembered_until),
      remembered_version = coalesce(excluded.remembered_version, devices.remembered_version)
    returning id`
}
