import type { Config } from '../config.ts'
import type { Locale } from '../context.ts'
import type { Tenant } from '../tenants/tenant.ts'

/** Whom a form is made for. */
export interface Page {
  config: Config
  tenant: Tenant
  locale: Locale
}
