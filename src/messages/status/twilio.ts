import type { Config } from '../../config.ts'
import { fromBase64, hmacSha1, sameBytes, utf8 } from '../../tokens/encoding.ts'
import type { Fate } from './settle.ts'

const lastWords: Readonly<Record<string, boolean>> = {
  delivered: true,
  read: true,
  undelivered: false,
  failed: false,
}

/**
 * True where Twilio signed this form for this address with our token: the address, then each field's name and value in
 * the order of names. https://www.twilio.com/docs/usage/webhooks/webhooks-security
 */
export async function verifyTwilio(
  { authToken }: Config['texts']['twilio'],
  url: string,
  form: URLSearchParams,
  signature: string,
): Promise<boolean> {
  const shown = fromBase64(signature)
  if (!authToken || !shown) return false
  const fields = [...form].sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0))
  const signed = url + fields.map(([name, value]) => name + value).join('')
  return sameBytes(shown, await hmacSha1(utf8(authToken), utf8(signed)))
}

/** Null for what is on its way still. */
export function readTwilio(form: URLSearchParams): Fate | null {
  const [id, status] = [form.get('MessageSid') ?? '', form.get('MessageStatus') ?? '']
  const delivered = Object.hasOwn(lastWords, status) ? lastWords[status] : undefined
  if (delivered === undefined || !/^[A-Z]{2}[0-9a-f]{32}$/.test(id)) return null
  const code = /^\d{1,6}$/.exec(form.get('ErrorCode') ?? '')?.[0]
  const reason = delivered ? null : `twilio_${code ?? status}`
  return { messageId: `twilio:${id}`, delivered, reason }
}
