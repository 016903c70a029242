import { type SQL, sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { newDenial } from '../assurance/denial.ts'
import { recordEvent } from '../audit/record.ts'
import { deliverSoon } from '../messages/deliver.ts'
import { draft, type OutboxRow, outboxInsert } from '../messages/outbox.ts'
import { type BackupCode, newBackupCodes } from '../methods/backup-codes/codes.ts'
import { session } from '../policy.ts'
import type { Ports, Row } from '../ports.ts'
import { toBytea } from '../tokens/encoding.ts'
import type { Enroller } from './enroller.ts'

export interface Confirmed {
  mfa_enabled: true
  /** Only with the first factor. */
  backup_codes?: string[]
}

/**
 * Binds a factor: the factor, backup codes with the first one, the spent enrolment, the letter and the trail are one
 * statement. Null where `added` is empty.
 * @param added CTEs that end in `added` (id, user_id); they may read `enroller` (user_id) and `holder` (id, tenant_id), the
 *   locked account
 */
export async function bindFactor(
  ports: Pick<Ports, 'background' | 'clock' | 'config' | 'database' | 'mailer'>,
  enroller: Enroller,
  type: string,
  added: SQL,
): Promise<Confirmed | null> {
  const bound = await bindFactorWith<Row>(ports, enroller, type, added)
  return bound ? bound.confirmed : null
}

/** {@link bindFactor} that answers the row of `added` too. */
export async function bindFactorWith<T extends Row>(
  ports: Pick<Ports, 'background' | 'clock' | 'config' | 'database' | 'mailer'>,
  enroller: Enroller,
  type: string,
  added: SQL,
): Promise<{ confirmed: Confirmed; added: T } | null> {
  const codes = await newBackupCodes(ports.config.keys.codes.current, enroller.account.id)
  const denial = await newDenial()
  const message = await draft(ports, {
    when: new Date(ports.clock.now()).toISOString(),
    place: enroller.context.country,
    denial_token: denial.token,
  })
  const letter = outboxInsert(message, session.idleLife, sql`told`)
  const [row] = await ports.database.run<OutboxRow & { first: boolean; added: T }>(
    bind(
      enroller,
      type,
      added,
      codes,
      sql`${letter}), denial as (${denial.insert(sql`told, added`, { factor: sql`added.id` })}`,
    ),
    'once',
  )
  if (!row) return null
  deliverSoon(ports, [row])
  const backupCodes = row.first ? { backup_codes: codes.map(({ text }) => text) } : {}
  return { confirmed: { mfa_enabled: true, ...backupCodes }, added: row.added }
}

function bind(
  { tenant, account, context, live }: Enroller,
  type: string,
  added: SQL,
  codes: readonly BackupCode[],
  letter: SQL,
): SQL {
  const rows = codes.map(
    ({ selector, hash }) => sql`(${uuidv7()}::uuid, ${selector}::text, ${toBytea(hash)}::bytea)`,
  )
  return sql`with enroller as (${live}
    ), holder as (
      select u.id, u.tenant_id, u.email, u.locale, not u.mfa_enabled as first
      from users u join enroller on enroller.user_id = u.id
        left join sessions s on s.id = enroller.session_id left join pending_sign_ins p on p.id = enroller.pending_id
      -- Looked at again once the account is locked: authority may have been taken away while this waited.
      where u.status = 'active' and coalesce(s.authority_version, p.authority_version) >= u.authority_version
      for update of u
    ), ${added}, enabled as (
      update users set mfa_enabled = true from added where users.id = added.user_id
    ), cleared as (
      delete from backup_codes b using holder, added where b.user_id = holder.id and holder.first
    ), coded as (
      insert into backup_codes (id, tenant_id, user_id, selector, code_hash)
      select code.id, holder.tenant_id, holder.id, code.selector, code.hash
      from holder, added, (values ${sql.join(rows, sql`, `)}) as code (id, selector, hash)
      where holder.first
    ), enrolled as (
      update pending_sign_ins p set used_at = now() from added
      where p.user_id = added.user_id and p.kind = 'enrolment' and p.used_at is null
    ), told as (
      select holder.tenant_id, holder.id as user_id, holder.locale, holder.email as recipient,
        case when holder.email is null then 'none' else 'factor_added' end as letter
      from holder join added on added.user_id = holder.id
    ), message as (${letter}
    ), recorded as (${recordEvent(
      {
        action: 'mfa.factor_added',
        outcome: 'success',
        tenantId: tenant.id,
        userId: account.id,
        reason: type,
      },
      context,
      sql`added`,
    )})
    select message.*, holder.first, to_jsonb(added) as added from message, holder, added`
}
