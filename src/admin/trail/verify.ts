import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { recordEvent } from '../../audit/record.ts'
import { verifyAudit } from '../../audit/verify.ts'
import { AuthError } from '../../errors.ts'
import { audit as policy } from '../../policy.ts'
import type { Ports } from '../../ports.ts'
import type { Caller } from '../../sessions/caller.ts'
import { defaultTenantId } from '../../tenants/tenant.ts'
import { type Authority, administer, toWrite } from '../authority.ts'

export const verificationSchema = () =>
  z.union([
    z.object({
      ok: z.literal(true),
      seals: z.int(),
      rows: z.int(),
      /** The seal that the copy outside the database vouches for; null: a cut tail would go unseen. */
      anchored: z.int().nullable(),
      /** Pass as `from_seal` to check the next part; null at the end of the trail. */
      next_seal: z.int().nullable(),
    }),
    z.object({
      ok: z.literal(false),
      reason: z.string(),
      /** The first seal that does not hold. */
      seal: z.int().nullable(),
      /** The first row that is not as it was sealed; null where the rows do not tell. */
      first_bad_id: z.uuid().nullable(),
    }),
  ])

export type Verification = z.infer<ReturnType<typeof verificationSchema>>

/** What one request checks at most. */
type Bounds = { verifyRows: number; verifySeals: number }

/** The operator's owners: the chain runs through the rows of all tenants. */
const toVerify: Authority = { ...toWrite, roles: ['owner'] }

/**
 * Checks a part of the trail of all tenants, as much as one request can. Parts overlap by a seal, so that the link
 * between two of them is checked as well. Throws `FORBIDDEN` in other tenants than the default one, and as {@link administer}.
 */
export async function verifyPart(
  ports: Pick<Ports, 'auditAnchor' | 'config' | 'database'>,
  caller: Caller,
  from: number | null,
  bounds: Bounds = policy,
): Promise<Verification> {
  if (caller.tenant.id !== defaultTenantId) throw new AuthError('FORBIDDEN')
  const { through, newest } = await partFrom(ports, caller, from, bounds)
  const range = {
    ...(from === null ? {} : { from }),
    ...(through === null ? {} : { through: Number(through) }),
  }
  const result = await verifyAudit(ports, range)
  if (!result.ok) {
    const { reason, seal, firstBadId } = result
    return { ok: false, reason, seal, first_bad_id: firstBadId }
  }
  const { seals, rows, anchored } = result
  const next = through === newest ? null : through
  return { ok: true, seals, rows, anchored, next_seal: next === null ? null : Number(next) }
}

/** How far one request goes, by what the seals say of their size: a lie there is found when they are checked. */
function partFrom(
  ports: Pick<Ports, 'database'>,
  caller: Caller,
  from: number | null,
  { verifyRows, verifySeals }: Bounds,
): Promise<{ through: string | null; newest: string | null }> {
  return administer(
    ports,
    caller,
    toVerify,
    (administrator) => sql`with administrator as (${administrator}
      ), seals as (
        select number, count from audit_seals where number >= ${String(from ?? 0)}::bigint
        order by number limit ${verifySeals}
      ), part as (
        select max(number)::text as through
        from (select number, row_number() over place as at, sum(count) over place as rows from seals window place as (order by number)) s
        where s.rows <= ${verifyRows} or s.at <= 2
      ), recorded as (${recordEvent(
        {
          action: 'admin.audit_verified',
          outcome: 'success',
          tenantId: caller.tenant.id,
          userId: sql`administrator.user_id`,
          sessionId: sql`administrator.session_id`,
          reason: from === null ? null : `from ${from}`,
        },
        caller.context,
        sql`administrator`,
      )})
      select part.through, (select max(number)::text from audit_seals) as newest from administrator, part`,
  )
}
