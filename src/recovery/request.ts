import type { RequestContext } from '../context.ts'
import { type LinkKind, mailLink } from '../methods/password/mail-link.ts'
import { recovery as policy } from '../policy.ts'
import type { Ports } from '../ports.ts'
import type { Tenant } from '../tenants/tenant.ts'

const link: LinkKind = {
  purpose: 'recover',
  secret: 'recover',
  budget: 'recovery',
  life: policy.linkLife,
  action: 'recovery.requested',
}

/** Mails a link to recover an account: see {@link mailLink}. */
export function requestRecovery(
  ports: Pick<Ports, 'background' | 'config' | 'database' | 'mailer'>,
  tenant: Tenant,
  email: string,
  context: RequestContext,
): Promise<void> {
  return mailLink(ports, link, tenant, email, context)
}
