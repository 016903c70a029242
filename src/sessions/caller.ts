import type { RequestContext } from '../context.ts'
import type { Tenant } from '../tenants/tenant.ts'
import type { AccessClaims } from '../tokens/access-token.ts'

/** Who calls: claims of a valid access token. Whether the session still lives is asked in each use case's statement. */
export interface Caller {
  tenant: Tenant
  claims: AccessClaims
  context: RequestContext
}
