import { type Bytes, hmac, toBase64, utf8 } from '../tokens/encoding.ts'

/**
 * The headers of Standard Webhooks 1.0: who receives recomputes the HMAC over id, time and body, refuses an old time, and
 * knows a repeat by its id. While a secret is being renewed there are two signatures, and either will do.
 *
 * `timestamp`: seconds since 1970.
 */
export async function signatureHeaders(
  secrets: readonly Bytes[],
  id: string,
  timestamp: number,
  body: string,
): Promise<Record<string, string>> {
  const content = utf8(`${id}.${timestamp}.${body}`)
  const signatures = await Promise.all(secrets.map((secret) => hmac(secret, content)))
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signatures.map((signature) => `v1,${toBase64(signature)}`).join(' '),
  }
}
