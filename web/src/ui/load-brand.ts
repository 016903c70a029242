import { client } from '../client.ts'
import { isBrandFresh, showBrand } from './brand.ts'

/** What the tenant calls itself, for a page that can do without: where it cannot be had, all stays as it was. */
export async function loadBrand(): Promise<void> {
  if (isBrandFresh()) return
  const form = await client.forms.get({ name: 'login' }).catch(() => null)
  if (form) showBrand(form.branding)
}
