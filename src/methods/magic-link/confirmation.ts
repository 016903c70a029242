import type { Key } from '../../config.ts'
import type { Tenant } from '../../tenants/tenant.ts'
import { codeHash } from '../../tokens/code.ts'
import { type Bytes, toBase64url } from '../../tokens/encoding.ts'

/** The code that lets a link be used where it was not asked for: it works for this link alone. */
export function confirmationHash(
  key: Key,
  tenant: Tenant,
  tokenHash: Bytes,
  code: string,
): Promise<Bytes> {
  return codeHash(key, ['sign_in_link', tenant.id, toBase64url(tokenHash)], code)
}
