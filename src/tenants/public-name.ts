import { defaultTenantSlug, type Tenant } from './tenant.ts'

/** What people know the tenant by: its branding, else what it was founded as. Null for the service itself without one. */
export function publicName({ slug, name, settings }: Tenant): string | null {
  return settings.branding.name ?? (slug === defaultTenantSlug ? null : name)
}
