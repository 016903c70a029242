import { type SQL, sql } from 'drizzle-orm'
import { provenByNumberAlone } from '../accounts/emptied.ts'
import { factorsJustDenied } from '../assurance/factors-denied.ts'
import type { RequestContext } from '../context.ts'
import type { OutboxRow } from '../messages/outbox.ts'
import type { Ports } from '../ports.ts'
import { settingsHold } from '../tenants/current.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { type Bytes, toBytea } from '../tokens/encoding.ts'

/** Of a statement that sends a letter. */
export type LetterPorts = Pick<Ports, 'background' | 'clock' | 'config' | 'database' | 'mailer'>

/** A mailed recovery link that was presented. */
export interface Link {
  tenant: Tenant
  context: RequestContext
  tokenHash: Bytes
}

/** What became of a link. */
export interface Redeemed extends Partial<OutboxRow> {
  settings_hold: boolean
  alive: boolean
}

/** Whether a user `u` has a second factor, or had one until a denial by mail took it. */
export const waits = sql`(u.mfa_enabled or ${factorsJustDenied(sql`u`)})`

/** What a link `t` of a user `u` must be. */
export function isLive({ tenant, tokenHash }: Link): SQL {
  return sql`t.token_hash = ${toBytea(tokenHash)}::bytea and t.tenant_id = ${tenant.id}
    and t.purpose = 'recover' and t.used_at is null and t.expires_at > now() and u.status = 'active'
    and not ${provenByNumberAlone(sql`u`)}`
}

/**
 * CTEs that end in `link`, locked, as long as the account must wait, or need not, as was judged. The
 * account is locked before its tokens, here and everywhere: two links of one account would deadlock otherwise.
 * `link.overtaken`: see {@link MayBeOvertaken}.
 */
export function lockedLink(link: Link, mustWait: boolean): SQL {
  return sql`snapshot as (
      select u.xmin::text as version from one_time_tokens t join users u on u.id = t.user_id where ${isLive(link)}
    ), owner as (
      select u.id, u.tenant_id, u.email, u.locale, u.mfa_enabled, u.xmin::text as version
      from one_time_tokens t join users u on u.id = t.user_id
      where ${isLive(link)} and ${waits} = ${mustWait} and ${settingsHold(link.tenant)}
      for update of u
    ), link as (
      select t.id, t.user_id, owner.tenant_id, owner.email, owner.locale, owner.mfa_enabled,
        owner.version <> (select version from snapshot) as overtaken
      from one_time_tokens t join owner on owner.id = t.user_id
      where t.token_hash = ${toBytea(link.tokenHash)}::bytea and t.purpose = 'recover'
        and t.used_at is null and t.expires_at > now()
      for update of t
    )`
}
