import type { MiddlewareHandler } from 'hono'
import { AuthError } from '../errors.ts'
import { findTenant } from '../tenants/find.ts'
import { defaultTenant, defaultTenantSlug } from '../tenants/tenant.ts'
import type { HttpEnv } from './environment.ts'

const slugShape = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/

/** Finds the tenant of the request: header `X-Tenant`, or the default one. */
export const resolveTenant: MiddlewareHandler<HttpEnv> = async (c, next) => {
  const ports = c.get('ports')
  const slug = c.req.header('X-Tenant') ?? defaultTenantSlug
  const tenant =
    slug === defaultTenantSlug ? defaultTenant(ports.config) : await known(c.get('ports'), slug)
  c.set('tenant', tenant)
  return next()
}

async function known(ports: HttpEnv['Variables']['ports'], slug: string) {
  const tenant = slugShape.test(slug) ? await findTenant(ports, slug) : null
  if (!tenant) throw new AuthError('TENANT_NOT_FOUND')
  return tenant
}
