import type { RequestContext } from '../context.ts'
import type { Tenant } from '../tenants/tenant.ts'
import type { AccessClaims } from '../tokens/access-token.ts'

/** Who calls: claims of a valid access token. Whether the session still lives is asked in each use case's statement. */
export interface Caller {
  tenant: Tenant
  claims: AccessClaims
  context: RequestContext
}

/** Who may set up a factor: a session that has stepped up, or a sign-in that policy sent to enrol one. */
export type EnrollerProof =
  | { caller: Caller }
  | { enrolmentToken: string; tenant: Tenant; context: RequestContext }
