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
    verificationCodeHash(config, tenantId, address, code),
  ])
  return { token, code, codeHash: hash }
}

/** Bound to tenant, purpose and address: a code proves one mailbox of one tenant. */
export function verificationCodeHash(
  config: Config,
  tenantId: string,
  address: string,
  code: string,
): Promise<Bytes> {
  return codeHash(config.keys.codes.current, ['verify_email', tenantId, address], code)
}
