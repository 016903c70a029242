import { sql } from 'drizzle-orm'
import { recordEvent } from '../../audit/record.ts'
import type { RequestContext } from '../../context.ts'
import { AuthError } from '../../errors.ts'
import type { Ports } from '../../ports.ts'
import type { Tenant } from '../../tenants/tenant.ts'
import type { ProviderName } from './provider.ts'

/**
 * A failed sign-in in the trail: the word that the client got, and the check behind it, which the client does not hear.
 * It names no account: who is not admitted is nobody's sign-in.
 */
export async function recordRefusal(
  { database }: Pick<Ports, 'database'>,
  tenant: Tenant,
  provider: ProviderName,
  refusal: unknown,
  context: RequestContext,
): Promise<void> {
  const known = refusal instanceof AuthError ? refusal : null
  const reason = known?.code.toLowerCase() ?? 'unexpected'
  const cause = known?.details.reason ?? reason
  await database.run(
    recordEvent(
      {
        action: 'sign_in.refused',
        outcome: 'failure',
        tenantId: tenant.id,
        userId: null,
        reason,
        details: { provider, cause },
      },
      context,
      sql`(select 1) as once`,
    ),
    'idempotent',
  )
}
