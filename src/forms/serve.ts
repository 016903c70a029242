import { locales } from '../accounts/fields/locale.ts'
import { publicName } from '../tenants/public-name.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { sha256, toBase64url, utf8 } from '../tokens/encoding.ts'
import type { Form, FormName } from './form.ts'
import { forms } from './forms.ts'
import type { Page } from './page.ts'

export interface ServedForm {
  form: Form
  /** Of the answer as a whole, its language too (RFC 9110 §8.8.3). */
  etag: string
}

/** A form as it is at this moment, made from what the isolate remembers of the tenant. No round trip. */
export async function serveForm(page: Page, name: FormName): Promise<ServedForm> {
  const branding = brandingOf(page.tenant)
  const languages = locales.map((locale) => forms[name]({ ...page, locale }))
  const schema_version = await fingerprint([branding, ...languages])
  const form = { schema_version, branding, ...forms[name](page) }
  return { form, etag: `"${await fingerprint(form)}"` }
}

function brandingOf(tenant: Tenant): Form['branding'] {
  const { logoUrl, primaryColor, supportUrl } = tenant.settings.branding
  return {
    name: publicName(tenant),
    logo_url: logoUrl,
    primary_color: primaryColor,
    support_url: supportUrl,
  }
}

async function fingerprint(value: unknown): Promise<string> {
  const digest = await sha256(utf8(JSON.stringify(value)))
  return toBase64url(digest.slice(0, 12))
}
