import { type SQL, sql } from 'drizzle-orm'
import { recordEvent } from '../audit/record.ts'
import { AuthError } from '../errors.ts'
import type { Body } from '../forms/field-reader.ts'
import { type Profile, profileNames } from '../forms/profile.ts'
import { checkProfile } from '../forms/registration.ts'
import type { Ports } from '../ports.ts'
import type { Caller } from '../sessions/caller.ts'
import { callerSession } from '../sessions/live.ts'
import { me } from './me.ts'
import { type AccountRow, accountColumn, toUser, type User } from './user.ts'

/** Where each part of a profile is kept. */
const columns = {
  firstName: sql`first_name`,
  lastName: sql`last_name`,
  dateOfBirth: sql`date_of_birth`,
  gender: sql`gender`,
  mobile: sql`mobile`,
  locale: sql`locale`,
} as const satisfies Record<keyof Profile, SQL>

/** Changes what the body names; null clears. Throws `VALIDATION_FAILED`, `TOKEN_INVALID`. */
export async function changeProfile(
  ports: Pick<Ports, 'clock' | 'database'>,
  caller: Caller,
  changes: Body,
): Promise<User> {
  const { tenant, claims, context } = caller
  const { values, extra, errors } = checkProfile(tenant.settings, changes, ports.clock.now())
  if (errors.length > 0) throw new AuthError('VALIDATION_FAILED', { errors: [...errors] })

  const ownNames = Object.keys(extra)
  if (Object.keys(values).length + ownNames.length === 0) return me(ports, caller)

  const assignments = Object.entries(values).map(
    ([name, value]) => sql`${columns[name as keyof Profile]} = ${value}`,
  )
  // Null takes an answer away.
  const patch = JSON.stringify(extra)
  if (ownNames.length > 0) {
    assignments.push(sql`extra = jsonb_strip_nulls(extra || ${patch}::jsonb)`)
  }
  const fields = Object.entries(profileNames).filter(([, name]) => name in values)
  const [row] = await ports.database.run<AccountRow>(
    sql`with caller as (${callerSession(caller)}
      ), changed as (
        update users set ${sql.join([sql`status = status`, ...assignments], sql`, `)}
        -- Looked at again once the account is locked: authority may have been taken away while this waited.
        from caller where users.id = caller.user_id and users.status = 'active'
          and users.authority_version <= caller.authority_version
        returning users.*
      ), recorded as (${recordEvent(
        {
          action: 'account.profile_changed',
          outcome: 'success',
          tenantId: tenant.id,
          userId: sql`changed.id`,
          sessionId: claims.sessionId,
          reason: [...fields.map(([field]) => field), ...ownNames].join(' '),
        },
        context,
        sql`changed`,
      )})
      select ${accountColumn('changed')} from changed`,
    'idempotent',
  )
  if (!row) throw new AuthError('TOKEN_INVALID', { reason: 'session is over' })
  return toUser(tenant, row.account)
}
