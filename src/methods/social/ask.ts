import { AuthError, type ErrorCode } from '../../errors.ts'
import { egress as policy } from '../../policy.ts'
import type { EgressRequest, Ports } from '../../ports.ts'

export type Json = Record<string, unknown>

/**
 * Asks a provider and reads its answer. Silence and its own troubles are `PROVIDER_UNAVAILABLE`; any other answer than
 * a JSON object or list with 200 is the refusal given.
 */
export async function ask<T = Json>(
  ports: Pick<Ports, 'egress'>,
  url: string,
  request: EgressRequest,
  refusal: ErrorCode,
): Promise<T> {
  const answer = await ports.egress.fetch(url, {
    ...request,
    headers: { accept: 'application/json', ...request.headers },
  })
  if (!answer || answer.status >= 500 || answer.status === 429) throw unavailable(answer?.status)
  const body = parse(answer.text)
  if (answer.status === 200 && body) return body as T
  // The word of RFC 6749 §5.2, and no more: descriptions quote what was sent.
  const word = body && 'error' in body && typeof body.error === 'string' ? body.error : ''
  const reason = /^[a-z_]{1,40}$/.test(word) ? word : `status ${answer.status}`
  throw new AuthError(refusal, { reason })
}

export function unavailable(status?: number): AuthError {
  const reason = status ? `provider ${status}` : 'provider silent'
  return new AuthError('PROVIDER_UNAVAILABLE', { retryAfter: policy.retryAfter, reason })
}

function parse(text: string): Json | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Json) : null
  } catch {
    return null
  }
}
