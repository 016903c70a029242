import { type SQL, sql } from 'drizzle-orm'
import { assuranceProfiles } from '../policy.ts'
import type { Tenant } from '../tenants/tenant.ts'

type Rules = (typeof assuranceProfiles)[keyof typeof assuranceProfiles]

/** The rules of a tenant, for statements that hold only while its settings are those of the request. */
export function profileOf({ settings }: Tenant): Rules {
  return assuranceProfiles[settings.assuranceProfile]
}

/** One rule of the profile that the tenant has at this moment: what an isolate remembers may be an older one. */
export function ruleToday({ id }: Tenant, rule: keyof Rules): SQL {
  const { balanced, strict } = assuranceProfiles
  const type = typeof balanced[rule] === 'boolean' ? sql`boolean` : sql`integer`
  return sql`(select case t.settings ->> 'assurance_profile' when 'strict' then ${strict[rule]}::${type}
    else ${balanced[rule]}::${type} end from tenants t where t.id = ${id})`
}
