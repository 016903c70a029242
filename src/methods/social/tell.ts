import { type SQL, sql } from 'drizzle-orm'
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

/** `INSERT` of the letter about an identity: it reads a CTE `told` with {@link toldColumns}. */
export async function tell(
  ports: Pick<Ports, 'clock' | 'config'>,
  { country }: RequestContext,
  { provider }: { provider: ProviderName },
): Promise<SQL> {
  const message = await draft(ports, {
    provider: labels[provider],
    when: new Date(ports.clock.now()).toISOString(),
    place: country,
  })
  return outboxInsert(message, session.idleLife, sql`told`)
}

export function toldColumns(letter: IdentityLetter, owner: SQL): SQL {
  return sql`${owner}.tenant_id, ${owner}.id as user_id, ${owner}.locale, ${owner}.email as recipient,
    case when ${owner}.email is null then 'none' else ${letter} end as letter`
}
