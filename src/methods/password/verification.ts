import type { Config } from '../../config.ts'
import { codeHash, newCode } from '../../tokens/code.ts'
import type { Bytes } from '../../tokens/encoding.ts'
import { newSecret, type Secret } from '../../tokens/secret.ts'

/** A link and a code that prove the same thing: spending one spends both. */
export interface Verification {
  token: Secret
  code: string
  codeHash: Bytes
}

export async function newVerification(
  config: Config,
  tenantId: string,
  address: string,
): Promise<Verification> {
  const code = newCode()
  const [token, hash] = await Promise.all([
    newSecret('verifyEmail'),
    codeHash(config.keys.codes.current, bindingOf(tenantId, address), code),
  ])
  return { token, code, codeHash: hash }
}

/** What a typed code may be stored as: one hash for each key that may have made it. */
export function verificationCodeHashes(
  config: Config,
  tenantId: string,
  address: string,
  code: string,
): Promise<Bytes[]> {
  const binding = bindingOf(tenantId, address)
  return Promise.all(config.keys.codes.all.map((key) => codeHash(key, binding, code)))
}

/** A code proves one mailbox of one tenant, and nothing else. */
function bindingOf(tenantId: string, address: string): string[] {
  return ['verify_email', tenantId, address]
}
