import { type SQL, sql } from 'drizzle-orm'
import { AuthError } from '../errors.ts'
import { textBudget as policy } from '../policy.ts'
import type { Tenant } from '../tenants/tenant.ts'

/** The day of a count, as the database sees it. */
export const today = sql`(now() at time zone 'utc')::date`

/** Row of the tenant as a whole. */
const whole = '*'

/**
 * CTEs that count a text before it is written, and end in `allowed` (reason): null, or the limit that it meets. The
 * rows of tenant and country, and then the one of all tenants, are locked in one order, whether they are there yet or not,
 * so that under any race no text goes beyond a limit, and no two texts wait for each other.
 * @param prefix null for a mail, which costs next to nothing and is not counted
 * @param wanted false where nothing would be sent anyway: then nothing is counted, and nothing refused
 * @param bound true for a number that the account has proven: it may use all of each limit, and no share of verified texts
 *   closes its country
 */
export function countText(
  tenant: Tenant,
  prefix: string | null,
  wanted = sql`true`,
  bound = false,
): SQL {
  if (prefix === null) return sql`allowed as (select null::text as reason)`
  const { textsPerDay, textsPerPrefixDay } = tenant.settings
  const share = bound ? 1 : policy.unboundShare
  const ofTenant = Math.floor(textsPerDay * share)
  const ofPrefix = Math.floor(textsPerPrefixDay * share)
  const inAll = Math.floor(tenant.operator.textsPerDay * share)
  const rows = sql`(values (1, ${whole}, ${ofTenant}::integer), (2, ${prefix}, ${ofPrefix}::integer))
    as most (place, prefix, texts)`
  const settles = sql`text_counts.marked_at < now() - make_interval(secs => ${policy.settleAfter})`
  return sql`counts as (
      select prefix, sent, verified, settled from text_counts
      where tenant_id = ${tenant.id} and day = ${today} and prefix in (${whole}, ${prefix})
      order by prefix for update
    ), limits as (
      select case
        when coalesce((select sent from text_totals where day = ${today}), 0) >= ${inAll}::integer then 'operator_budget'
        when coalesce(max(counts.sent) filter (where most.place = 1), 0) >= max(most.texts) filter (where most.place = 1)
          then 'tenant_budget'
        when coalesce(max(counts.sent) filter (where most.place = 2), 0) >= max(most.texts) filter (where most.place = 2)
          then 'prefix_budget'
        when not ${bound}::boolean and bool_or(most.place = 2 and counts.settled >= ${policy.shareSample}
          and counts.verified < counts.settled * ${policy.leastShare}::float8) then 'low_share'
        end as reason
      from ${rows} left join counts on counts.prefix = most.prefix
    ), counted as (
      insert into text_counts (tenant_id, day, prefix, sent)
      select ${tenant.id}::uuid, ${today}, most.prefix, 1 from limits, ${rows}
      where limits.reason is null and ${wanted} order by most.prefix
      on conflict (tenant_id, day, prefix) do update set sent = text_counts.sent + 1,
        settled = case when ${settles} then text_counts.marked else text_counts.settled end,
        marked = case when ${settles} then text_counts.sent else text_counts.marked end,
        marked_at = case when ${settles} then now() else text_counts.marked_at end
      where text_counts.sent < case when text_counts.prefix = ${whole} then ${ofTenant}::integer
        else ${ofPrefix}::integer end
      returning 1
    ), counted_in_all as (
      insert into text_totals (day, sent) select ${today}, 1 where (select count(*) from counted) = 2
      on conflict (day) do update set sent = text_totals.sent + 1 where text_totals.sent < ${inAll}::integer
      returning 1
    ), allowed as (
      -- The first texts of a day race for rows that none of them saw, the last ones for the total, which is locked as
      -- it is counted: who did not get all goes without.
      select coalesce(reason, case when ${wanted} and (select count(*) from counted) < 2 then 'tenant_budget'
        when ${wanted} and not exists (select from counted_in_all) then 'operator_budget' end) as reason
      from limits
    )`
}

/** A CTE `text_verified`: a text to a country was answered, for every row of `source`. */
export function countVerified(tenant: Tenant, prefix: string | null, source: SQL): SQL {
  return sql`text_verified as (
    update text_counts c set verified = c.verified + 1 from ${source} as proof
    where c.tenant_id = ${tenant.id} and c.day = ${today} and c.prefix in (${whole}, ${prefix}::text)
      and ${prefix}::text is not null
  )`
}

/** The same for everybody who asks for this country: it tells nothing of accounts. */
export function budgetSpent(tenant: Tenant, reason: string): AuthError {
  const { textsPerDay, textsPerPrefixDay } = tenant.settings
  const quotas = { tenant_budget: textsPerDay, operator_budget: tenant.operator.textsPerDay }
  const quota = quotas[reason as keyof typeof quotas] ?? textsPerPrefixDay
  return new AuthError('RATE_LIMITED', {
    retryAfter: policy.retryAfter,
    limit: { name: 'texts', quota, windowSeconds: 86_400 },
    reason,
  })
}
