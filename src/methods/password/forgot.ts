import type { RequestContext } from '../../context.ts'
import { oneTime } from '../../policy.ts'
import type { Ports } from '../../ports.ts'
import type { Tenant } from '../../tenants/tenant.ts'
import { type LinkKind, mailLink } from './mail-link.ts'

const link: LinkKind = {
  purpose: 'reset_password',
  secret: 'resetPassword',
  budget: 'reset',
  life: oneTime.resetPasswordLife,
  action: 'password.reset_requested',
}

/** Mails a link to set a new password: see {@link mailLink}. */
export function forgotPassword(
  ports: Pick<Ports, 'background' | 'config' | 'database' | 'mailer'>,
  tenant: Tenant,
  email: string,
  context: RequestContext,
): Promise<void> {
  return mailLink(ports, link, tenant, email, context)
}
