import type { MiddlewareHandler } from 'hono'
import { AuthError } from '../errors.ts'
import { tenantNamed } from '../tenants/resolve.ts'
import { defaultTenantSlug } from '../tenants/tenant.ts'
import type { HttpEnv } from './environment.ts'

/** Finds the tenant of the request: header `X-Tenant`, or the default one. */
export const resolveTenant: MiddlewareHandler<HttpEnv> = async (c, next) => {
  const tenant = await tenantNamed(c.get('ports'), c.req.header('X-Tenant') ?? defaultTenantSlug)
  if (!tenant) throw new AuthError('TENANT_NOT_FOUND')
  c.set('tenant', tenant)
  return next()
}
