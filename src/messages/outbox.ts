import { type SQL, sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import type { TextChannel } from '../config.ts'
import { outbox as policy } from '../policy.ts'
import type { Ports, Row } from '../ports.ts'
import { sealPayload } from '../tokens/sealed.ts'
import type { Letter } from './letters/table.ts'

export interface Draft {
  id: string
  sealed: string
}

/** A {@link Draft}, or the columns of a source that say which one each of its rows takes. */
interface Drafted {
  id: string | SQL
  sealed: string | SQL
}

export type OutboxStatus = 'pending' | 'sent' | 'dead' | 'expired' | 'suppressed' | 'none'

export type Channel = 'email' | TextChannel

/** How a message travels: where it starts, and where it goes on where that does not reach. */
export interface Route {
  channel: Channel
  fallback: readonly Channel[]
  /** Of a text: what it counts against. */
  prefix: string | null
}

const byMail: Route = { channel: 'email', fallback: [], prefix: null }

/** What {@link outboxInsert} returns for {@link import('./deliver.ts').deliverSoon}. */
export interface OutboxRow extends Row {
  id: string
  letter: string
  recipient: string | null
  locale: string
  status: OutboxStatus
  sealed: string | null
  channel: Channel
  fallback: Channel[]
  /** Seconds that are left. */
  life: number
  tenant: SendingTenant
}

/** In whose name a message goes out. */
export interface SendingTenant {
  slug: string
  /** As people know it; null: the service's own name. */
  name: string | null
  /** As it stands before the address of its mails; null: its name. */
  sender: string | null
  /** Where answers to its mails go; null: to the operator's address. */
  reply_to: string | null
}

/** Columns of an {@link OutboxRow}. */
export const outboxColumns = sql`outbox.id, outbox.letter, outbox.recipient, outbox.locale, outbox.status,
  outbox.sealed, outbox.channel, to_jsonb(outbox.fallback) as fallback,
  extract(epoch from outbox.expires_at - now())::integer as life,
  (select jsonb_build_object('slug', t.slug, 'name', t.settings #>> '{branding,name}',
    'sender', t.settings #>> '{sender,name}', 'reply_to', t.settings #>> '{sender,reply_to}')
    from tenants t where t.id = outbox.tenant_id) as tenant`

/** The {@link OutboxRow}s of these CTEs, as one JSON value. */
export function lettersOf(...inserts: readonly SQL[]): SQL {
  const each = inserts.map((name) => sql`select * from ${name}`)
  return sql`(select coalesce(jsonb_agg(to_jsonb(outgoing)), '[]'::jsonb)
    from (${sql.join(each, sql` union all `)}) as outgoing)`
}

/**
 * Seals what a letter needs to know. The statement may still choose between letters: each takes from the payload
 * what it knows, so give the union of what they need.
 */
export async function draft(
  ports: Pick<Ports, 'config'>,
  payload: Letter['payload'],
): Promise<Draft> {
  const id = uuidv7()
  return { id, sealed: await sealPayload(ports.config.keys.outbox, id, payload) }
}

/**
 * `INSERT INTO outbox … RETURNING` (an {@link OutboxRow}), to stand as a CTE in the statement that makes the token.
 * @param expiresIn seconds until the letter is worthless: it is never sent after
 * @param source name of a CTE of one row for each draft, with tenant_id, user_id, letter, recipient, locale. The letter
 *   `none` writes the row of an unknown address: same work, no recipient, nothing sealed, nothing sent.
 *
 * `next_attempt_at` is the claim of the request that inserts: the sweep leaves the row alone until then. A repeat of
 * the statement, after a lost answer, finds its own row.
 */
export function outboxInsert(
  message: Drafted,
  expiresIn: number,
  source: SQL,
  { channel, fallback, prefix }: Route = byMail,
): SQL {
  return sql`insert into outbox
      (id, tenant_id, user_id, channel, fallback, prefix, letter, recipient, locale, sealed, status,
        next_attempt_at, expires_at)
    select ${message.id}::uuid, source.tenant_id, source.user_id, ${channel}::text,
      ${sql.param(fallback)}::text[], ${prefix}::text, source.letter,
      case when source.letter <> 'none' then source.recipient end, source.locale,
      case when fate.status = 'pending' then ${message.sealed}::text end, fate.status,
      now() + make_interval(secs => ${policy.firstSweepAfter}),
      now() + make_interval(secs => ${expiresIn})
    from ${source} as source cross join lateral (
      select case
        when source.letter = 'none' then 'none'
        when exists (
          select from suppressions
          where channel = ${channel}::text and address = lower(source.recipient)
        ) then 'suppressed'
        else 'pending' end as status
    ) as fate
    on conflict (id) do update set id = excluded.id
    returning ${outboxColumns}`
}
