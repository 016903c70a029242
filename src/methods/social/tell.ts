import { type SQL, sql } from 'drizzle-orm'
import { newDenial } from '../../assurance/denial.ts'
import type { RequestContext } from '../../context.ts'
import { draft, outboxInsert } from '../../messages/outbox.ts'
import { session } from '../../policy.ts'
import type { Ports } from '../../ports.ts'
import type { ProviderName } from './provider.ts'

type IdentityLetter = 'identity_linked' | 'identity_unlinked'

const labels: Readonly<Record<ProviderName, string>> = {
  google: 'Google',
  facebook: 'Facebook',
  apple: 'Apple',
  github: 'GitHub',
  microsoft: 'Microsoft',
}

/**
 * CTEs `message` and `denial`, the letter about a new identity and its way back: they read CTEs `told` with
 * {@link toldColumns}, and `linked` (id), the identity.
 */
export async function tellLinked(
  ports: Pick<Ports, 'clock' | 'config'>,
  { country }: RequestContext,
  { provider }: { provider: ProviderName },
): Promise<SQL> {
  const denial = await newDenial()
  const message = await draft(ports, {
    provider: labels[provider],
    when: new Date(ports.clock.now()).toISOString(),
    place: country,
    denial_token: denial.token,
  })
  return sql`message as (${outboxInsert(message, session.idleLife, sql`told`)}
    ), denial as (${denial.insert(sql`told, linked`, { identity: sql`linked.id` })})`
}

export function toldColumns(letter: IdentityLetter, owner: SQL): SQL {
  return sql`${owner}.tenant_id, ${owner}.id as user_id, ${owner}.locale, ${owner}.email as recipient,
    case when ${owner}.email is null then 'none' else ${letter} end as letter`
}
