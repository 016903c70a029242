import { sql } from 'drizzle-orm'
import { z } from 'zod'
import {
  type Account,
  accountColumn,
  timestampText,
  toUser,
  userSchema,
} from '../../accounts/user.ts'
import type { Ports } from '../../ports.ts'
import type { Caller } from '../../sessions/caller.ts'
import { liveSession } from '../../sessions/live.ts'
import { administer, toRead } from '../authority.ts'

export const shownUserSchema = () =>
  userSchema().extend({
    has_password: z.boolean(),
    live_sessions: z.int(),
    factors: z.array(
      z.object({
        id: z.uuid(),
        type: z.string(),
        name: z.string().nullable(),
        created_at: z.string(),
        last_used_at: z.string().nullable(),
      }),
    ),
    backup_codes_left: z.int(),
    identities: z.array(
      z.object({
        id: z.uuid(),
        provider: z.string(),
        email: z.string().nullable(),
        created_at: z.string(),
        last_used_at: z.string().nullable(),
      }),
    ),
    consents: z.array(z.object({ kind: z.string(), version: z.string(), accepted_at: z.string() })),
  })

export type ShownUser = z.infer<ReturnType<typeof shownUserSchema>>

type Facts = Omit<ShownUser, keyof z.infer<ReturnType<typeof userSchema>>>

/** One account of the caller's tenant, with what opens it. Throws as {@link administer}. */
export async function showUser(
  ports: Pick<Ports, 'database'>,
  caller: Caller,
  userId: string,
): Promise<ShownUser> {
  const { account, facts } = await administer<{ account: Account; facts: Facts }>(
    ports,
    caller,
    toRead,
    (administrator) => sql`with administrator as (${administrator})
      select ${accountColumn('u')}, jsonb_build_object(
        'has_password', exists (select from password_credentials c where c.user_id = u.id),
        'live_sessions', (select count(*) from sessions s where s.user_id = u.id and ${liveSession}),
        'factors', (${factors}),
        'backup_codes_left', (select count(*) from backup_codes b where b.user_id = u.id and b.used_at is null),
        'identities', (${identities}),
        'consents', (${consents})) as facts
      from administrator
        join users u on u.id = ${userId}::uuid and u.tenant_id = ${caller.tenant.id} and u.status <> 'deleted'`,
  )
  return { ...toUser(caller.tenant, account), ...facts }
}

const factors = sql`select coalesce(jsonb_agg(jsonb_build_object('id', f.id, 'type', f.type, 'name', f.name,
    'created_at', ${timestampText(sql`f.created_at`)}, 'last_used_at', ${timestampText(sql`f.last_used_at`)})
    order by f.created_at, f.id), '[]'::jsonb)
  from (
    select id, type, name, created_at, last_used_at from factors where user_id = u.id
    union all
    select id, 'webauthn', name, created_at, last_used_at from webauthn_credentials where user_id = u.id
  ) as f`

const identities = sql`select coalesce(jsonb_agg(jsonb_build_object('id', i.id, 'provider', i.provider,
    'email', i.email, 'created_at', ${timestampText(sql`i.created_at`)},
    'last_used_at', ${timestampText(sql`i.last_used_at`)}) order by i.created_at, i.id), '[]'::jsonb)
  from oauth_accounts i where i.user_id = u.id`

const consents = sql`select coalesce(jsonb_agg(jsonb_build_object('kind', k.kind, 'version', k.version,
    'accepted_at', ${timestampText(sql`k.accepted_at`)}) order by k.accepted_at, k.id), '[]'::jsonb)
  from consents k where k.user_id = u.id`
