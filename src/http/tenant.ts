import type { Context, MiddlewareHandler } from 'hono'
import { AuthError } from '../errors.ts'
import { tenantNamed } from '../tenants/resolve.ts'
import { defaultTenantSlug, type Tenant } from '../tenants/tenant.ts'
import { namedTenant } from '../tokens/access-token.ts'
import { bearerOf } from './bearer.ts'
import type { HttpEnv } from './environment.ts'
import { tenantHost } from './hosts.ts'

/**
 * Finds the tenant of the request: header `X-Tenant`, the first label of a host of its own, or the tenant that the
 * access token names (which is proven for that tenant, or refused, afterwards). Else the default one.
 */
export const resolveTenant: MiddlewareHandler<HttpEnv> = (c, next) =>
  tenantOf(c).then((tenant) => {
    if (!tenant) throw new AuthError('TENANT_NOT_FOUND')
    c.set('tenant', tenant)
    return next()
  })

/** The tenant that the path names, whatever a header or a host says. */
export const tenantOfPath: MiddlewareHandler<HttpEnv> = async (c, next) => {
  const tenant = await tenantNamed(c.get('ports'), c.req.param('slug') ?? '')
  if (!tenant) throw new AuthError('NOT_FOUND')
  c.set('tenant', tenant)
  await next()
}

function tenantOf(c: Context<HttpEnv>): Promise<Tenant | null> {
  const ports = c.get('ports')
  const slug =
    c.req.header('X-Tenant') ??
    tenantHost(ports.config, c.get('hostname')) ??
    namedTenant(ports.config, bearerOf(c)) ??
    defaultTenantSlug
  return tenantNamed(ports, slug)
}
