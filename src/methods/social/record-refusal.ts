import { sql } from 'drizzle-orm'
import { recordEvent } from '../../audit/record.ts'
import type { RequestContext } from '../../context.ts'
import { AuthError } from '../../errors.ts'
import type { Ports } from '../../ports.ts'
import type { Tenant } from '../../tenants/tenant.ts'
import type { ProviderName } from './provider.ts'

/** A failed sign-in in the trail. It names no account: who is not admitted is nobody's sign-in. */
export async function recordRefusal(
  { database }: Pick<Ports, 'database'>,
  tenant: Tenant,
  provider: ProviderName,
  refusal: unknown,
  context: RequestContext,
): Promise<void> {
  const reason = refusal instanceof AuthError ? refusal.code.toLowerCase() : 'unexpected'
  await database.run(
    recordEvent(
      {
        action: 'sign_in.refused',
        outcome: 'failure',
        tenantId: tenant.id,
        userId: null,
        reason,
        details: { provider },
      },
      context,
      sql`(select 1) as once`,
    ),
    'idempotent',
  )
}
