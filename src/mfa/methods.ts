import { type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import { timestampText } from '../accounts/user.ts'
import { mustHaveSecondFactorOf } from '../assurance/demand.ts'
import { mailboxCounts } from '../assurance/mailbox.ts'
import { enrollable, shownAlone } from '../assurance/pending.ts'
import { sentCodeRaises } from '../assurance/sent-proof.ts'
import { AuthError } from '../errors.ts'
import type { Ports } from '../ports.ts'
import type { Caller } from '../sessions/caller.ts'
import { callerSession } from '../sessions/live.ts'
import type { Tenant } from '../tenants/tenant.ts'

export const methodsSchema = () =>
  z.object({
    mfa_enabled: z.boolean(),
    methods: z.array(
      z.object({
        id: z.uuid(),
        type: z.string(),
        name: z.string().nullable(),
        created_at: z.string(),
        last_used_at: z.string().nullable(),
      }),
    ),
    backup_codes_left: z.int(),
    /** Without one, it can be set by a mailed link only, and raises no session. */
    has_password: z.boolean(),
    /** What raises this account's sessions; empty where only a new sign-in does. */
    step_up_types: z.array(z.string()),
    /** Kinds that may be set up here. */
    mfa_types: z.array(z.string()),
  })

export type Methods = z.infer<ReturnType<typeof methodsSchema>>

/** Of a user `u`: a second factor that counts now, else the password, else a sent code. */
function raisingTypes(tenant: Tenant): SQL {
  const sent = (['email', ...tenant.settings.textChannels] as const).map(
    (type) => sql`(${type}::text, ${sentCodeRaises(tenant, type)})`,
  )
  return sql`(select coalesce(jsonb_agg(type order by type), '[]') from (
    select f.type from factors f where f.user_id = u.id and (f.type <> 'email' or ${mailboxCounts(tenant, sql`u`)})
    union select 'webauthn' from webauthn_credentials k where k.user_id = u.id
    union select 'backup_code' from backup_codes b where b.user_id = u.id and b.used_at is null
    union select 'password' from password_credentials c
      where c.user_id = u.id and not u.mfa_enabled and not ${mustHaveSecondFactorOf(tenant)}
    union select sent.type from (values ${sql.join(sent, sql`, `)}) as sent (type, raises) where sent.raises
  ) as kinds)`
}

/** The caller's second factors. Throws `TOKEN_INVALID`. */
export async function listMethods(
  ports: Pick<Ports, 'database'>,
  caller: Caller,
): Promise<Methods> {
  const [row] = await ports.database.run<Methods & Record<string, unknown>>(
    sql`with caller as (${callerSession(caller)})
      select u.mfa_enabled,
        (select coalesce(jsonb_agg(jsonb_build_object('id', f.id, 'type', f.type, 'name', f.name,
          'created_at', ${timestampText(sql`f.created_at`)},
          'last_used_at', ${timestampText(sql`f.last_used_at`)}) order by f.created_at), '[]')
          from (select id, type, name, created_at, last_used_at from factors where user_id = u.id
            union all select id, 'webauthn', name, created_at, last_used_at from webauthn_credentials
              where user_id = u.id) as f) as methods,
        (select count(*)::int from backup_codes b where b.user_id = u.id and b.used_at is null) as backup_codes_left,
        exists (select from password_credentials c where c.user_id = u.id) as has_password,
        ${raisingTypes(caller.tenant)} as step_up_types,
        ${enrollable(caller.tenant, sql`u`, shownAlone(caller.claims.amr))} as mfa_types
      from caller join users u on u.id = caller.user_id`,
    'idempotent',
  )
  if (!row) throw new AuthError('TOKEN_INVALID', { reason: 'session is over' })
  return row
}
