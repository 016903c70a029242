import { type SQL, sql } from 'drizzle-orm'
import { day, fewEvents } from '../audit/few-events.ts'
import { outboxColumns } from '../messages/outbox.ts'
import { draftToOwners, toOwners } from '../messages/to-owners.ts'
import { tenant as policy } from '../policy.ts'
import type { Ports } from '../ports.ts'
import type { Role } from './roles.ts'
import type { Tenant } from './tenant.ts'

/**
 * Whoever comes to administer a tenant is no secret to its owners: makes the CTEs that write to them, of `raised` (at most
 * one row with id and tenant_id). They end in `told_owners`; nobody is told of a member, and nobody without end.
 */
export async function toldOfRole(
  ports: Pick<Ports, 'clock' | 'config'>,
  tenant: Tenant,
  role: Role | null,
): Promise<(raised: SQL) => SQL> {
  if (role === null || role === 'member') {
    return () => sql`told_owners as (select ${outboxColumns} from outbox where false)`
  }
  const when = new Date(ports.clock.now()).toISOString()
  const letters = await draftToOwners(ports, { when, role })
  const raises = ['admin.roles_changed', 'invitation.accepted'] as const
  // Members who come and go are nobody's letter, and must not use up those that are.
  const told = sql`e.reason in ('owner', 'admin')`
  const few = fewEvents(tenant, ports.clock.now() - day, raises, policy.roleNoticesPerDay, told)
  return (raised) =>
    sql`raised_today as (
      select raised.* from ${raised} as raised where ${few}
    ), ${toOwners(letters, 'role_given', policy.roleNoticeLife, sql`raised_today`)}`
}
