import type { IncomingHttpHeaders } from 'node:http'
import type { Answer } from './service.ts'

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=[^/]+\/(\d{8})\/([a-z0-9-]+)\/([a-z-]+)\/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=[0-9a-f]{64}$/

/**
 * Refuse what AWS would refuse for its form alone: no signature, another service's, no date.
 * The signature itself is not computed: which secret signed it is the caller's business.
 */
export function refuseUnsigned(headers: IncomingHttpHeaders, service: string): Answer | undefined {
  const authorization = headers.authorization
  if (!authorization) {
    return awsError(403, 'MissingAuthenticationTokenException', 'Missing Authentication Token')
  }
  const match = AUTHORIZATION.exec(authorization)
  const date = headers['x-amz-date']
  if (!match || typeof date !== 'string' || !date.startsWith(match[1] ?? '-')) {
    return awsError(403, 'IncompleteSignatureException', 'The request signature is incomplete.')
  }
  if (match[3] === service) return undefined
  const text = `Credential should be scoped to correct service: '${service}'.`
  return awsError(403, 'InvalidSignatureException', text)
}

export function awsError(status: number, type: string, message: string): Answer {
  return {
    status,
    body: { __type: type, message },
    headers: { 'x-amzn-errortype': type },
  }
}

export function awsFailure(status: number, code: string | number | undefined): Answer {
  const usual = status === 429 ? 'TooManyRequestsException' : 'InternalServiceErrorException'
  const type = code ?? (status < 500 && status !== 429 ? 'BadRequestException' : usual)
  return awsError(status, String(type), 'Fault injected by the local inbox.')
}
