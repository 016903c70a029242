import { sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { recordEvent } from '../../audit/record.ts'
import type { Ports } from '../../ports.ts'
import type { Caller } from '../../sessions/caller.ts'
import { administer, toOwn, toWrite } from '../authority.ts'
import type { ImportedAccount } from './check-line.ts'

interface Accepted {
  line: number
  account: ImportedAccount
}

/**
 * Writes accounts with their passwords in one statement: killed in the middle, nothing of the batch is there. The unique
 * keys of address and number decide what is new. Answers the ids of new accounts by their lines.
 *
 * Only owners say what was proven elsewhere: an account whose address counts as proven is emptied by nobody's later proof,
 * so whoever writes it, with a password of theirs, could wait in it for its later owner and the roles given to them.
 */
export async function writeAccounts(
  ports: Pick<Ports, 'database' | 'hasher'>,
  caller: Caller,
  accepted: readonly Accepted[],
): Promise<ReadonlyMap<number, string>> {
  const { tenant } = caller
  const saysProven = accepted.some(({ account }) => account.emailVerified || account.phoneVerified)
  const rows = await Promise.all(accepted.map((one) => toRow(ports, one)))
  const { made } = await administer<{ made: { line: number; id: string }[] }>(
    ports,
    caller,
    saysProven ? toOwn : toWrite,
    (administrator) => sql`with administrator as (${administrator}
      ), lines as (
        select l.* from administrator, jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as l (line integer, id uuid,
          event_id uuid, email text, email_verified boolean, phone text, phone_verified boolean, first_name text,
          last_name text, date_of_birth date, gender text, mobile text, locale text, created_at timestamptz,
          phc text, pepper_id text)
      ), made as (
        insert into users (id, tenant_id, status, email, email_verified_at, phone_e164, phone_verified_at, first_name,
          last_name, date_of_birth, gender, mobile, locale, created_at)
        select id, ${tenant.id}::uuid, 'active', email, case when email_verified then now() end, phone,
          case when phone_verified then now() end, first_name, last_name, date_of_birth, gender, mobile, locale,
          least(coalesce(created_at, now()), now())
        -- In one order, so that two imports of the same people wait for each other instead of both.
        from lines order by email, phone
        on conflict do nothing
        returning id
      ), credentials as (
        insert into password_credentials (user_id, tenant_id, hash, pepper_id)
        select l.id, ${tenant.id}::uuid, l.phc, l.pepper_id from lines l join made on made.id = l.id
        where l.phc is not null
      ), recorded as (
        -- One row for each account. From where they came stands in the row of the batch, under the same request.
        insert into audit_events (id, tenant_id, user_id, action, outcome, reason, request_id, details)
        select l.event_id, ${tenant.id}::uuid, l.id, 'account.imported', 'success',
          case when l.email_verified or l.phone_verified then 'proven' else 'unproven' end,
          ${caller.context.requestId}, ${JSON.stringify({ administrator: caller.claims.userId })}::jsonb
        from lines l join made on made.id = l.id
      ), batch as (${recordEvent(
        {
          action: 'admin.users_imported',
          outcome: 'success',
          tenantId: tenant.id,
          userId: sql`administrator.user_id`,
          sessionId: sql`administrator.session_id`,
          reason: `${accepted.length} lines`,
        },
        caller.context,
        sql`administrator`,
      )})
      select coalesce((
        select jsonb_agg(jsonb_build_object('line', l.line, 'id', l.id)) from lines l
        -- A repeat after a lost answer finds the accounts that it has made before.
        where exists (select from made where made.id = l.id) or exists (select from users u where u.id = l.id)
      ), '[]'::jsonb) as made
      from administrator`,
  )
  return new Map(made.map(({ line, id }) => [line, id]))
}

async function toRow({ hasher }: Pick<Ports, 'hasher'>, { line, account }: Accepted) {
  const { email, emailVerified, phone, phoneVerified, profile, createdAt, hash } = account
  const stored = hash && (await hasher.adopt(hash))
  return {
    line,
    id: uuidv7(),
    event_id: uuidv7(),
    email,
    email_verified: emailVerified,
    phone,
    phone_verified: phoneVerified,
    first_name: profile.firstName,
    last_name: profile.lastName,
    date_of_birth: profile.dateOfBirth,
    gender: profile.gender,
    mobile: profile.mobile,
    locale: profile.locale ?? 'en',
    created_at: createdAt,
    phc: stored?.phc ?? null,
    pepper_id: stored?.pepperId ?? null,
  }
}
