import type { Context, MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { AuthError, fieldError } from '../errors.ts'
import { body as policy } from '../policy.ts'
import type { HttpEnv } from './environment.ts'

const jsonType = /^application\/json(?:;\s*charset="?utf-8"?)?$/i

/** The one body that is lines of JSON: a batch of accounts. */
const importPath = '/api/v1/admin/users/import'
const linesType = /^application\/x-ndjson(?:;|$)/i

const done = async () => {}

const tooLarge = () => {
  throw new AuthError('BODY_TOO_LARGE')
}
/** A body that ends early is whole nowhere, and no fault of ours. */
const brokenOff = (error: unknown): never => {
  throw error instanceof AuthError ? error : new AuthError('MALFORMED_JSON')
}
const limitUsual = limitTo(policy.maxBytes)
const limitImport = limitTo(policy.maxImportBytes)
const limitVendors = limitTo(policy.maxDeliveryBytes)

/** A length that is announced is judged by itself: to look at the body would cost every request an object of the runtime. */
function limitTo(maxSize: number): (c: Context<HttpEnv>) => Promise<unknown> | undefined {
  const limitStream = bodyLimit({ maxSize, onError: tooLarge })
  return (c) => {
    const { headers } = c.req.raw
    const length = headers.get('Content-Length')
    if (length === null || headers.has('Transfer-Encoding'))
      return limitStream(c, done).catch(brokenOff)
    if (!(Number(length) <= maxSize)) tooLarge()
  }
}

/** A vendor's delivery: SNS messages are at most 256 KiB, and no other vendor's is larger. */
export const limitDelivery: MiddlewareHandler<HttpEnv> = async (c, next) => {
  await limitVendors(c)
  await next()
}

/** Apple's answer is a form that the browser posts (OAuth 2.0 Form Post Response Mode); its state says whose it is. */
const formPath = /^\/api\/v1\/auth\/oauth\/\w+\/callback$/
const formType = /^application\/x-www-form-urlencoded(?:;|$)/i

/**
 * At most 32 KiB, an import 1 MiB: as announced, to which the runtime holds the body, or else as counted. And JSON, or
 * refused: a form that a foreign page posts without a preflight is never read.
 */
export const requireJson: MiddlewareHandler<HttpEnv> = async (c, next) => {
  const { path } = c.req
  const counted = (path === importPath ? limitImport : limitUsual)(c)
  if (counted) await counted
  const type = c.req.header('Content-Type')
  if (!type || !formType.test(type) || !formPath.test(path)) {
    requireType(c, type)
    if (type !== undefined && path !== importPath) keepJson(c, await sentText(c))
  }
  await next()
}

function requireType(c: Context<HttpEnv>, type: string | undefined): void {
  const taken = c.req.path === importPath ? linesType : jsonType
  if (type === undefined ? hasBody(c.req.raw) : !taken.test(type)) {
    const wanted = taken === jsonType ? 'application/json' : 'application/x-ndjson'
    throw new AuthError('UNSUPPORTED_MEDIA_TYPE', {
      detail: `Send it with Content-Type: ${wanted}.`,
    })
  }
  if (type === undefined) return
  const encoding = c.req.header('Content-Encoding')
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new AuthError('UNSUPPORTED_MEDIA_TYPE', { detail: 'Send it without Content-Encoding.' })
  }
}

/**
 * For every route, whether it has a use for a body or not; an empty one is left to the route. Bytes that are no UTF-8 (RFC
 * 8259 §8.1) are U+FFFD by the time they are read: two passwords would be one.
 */
function keepJson(c: Context<HttpEnv>, text: string): void {
  if (text === '') return
  if (text.includes('\uFFFD')) {
    throw new AuthError('MALFORMED_JSON', {
      detail: 'The body must be UTF-8, without a replacement character (U+FFFD).',
    })
  }
  const body = parsed(text)
  refuseHiddenKey(body)
  c.set('body', body)
}

/** Kept by the request, so that it is read once. */
export function sentText(c: Context): Promise<string> {
  return c.req.text().catch(brokenOff)
}

/** For what the runtime does not know for a text: it would say so each time. */
export async function sentBytes(c: Context): Promise<Uint8Array> {
  return new Uint8Array(await c.req.arrayBuffer().catch(brokenOff))
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new AuthError('MALFORMED_JSON')
  }
}

/** The validator drops this key in silence; what it is sent for is never kind, so it is refused as any unknown one. */
function refuseHiddenKey(body: unknown): void {
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, '__proto__')) return
  const error = fieldError('__proto__', 'UNKNOWN_FIELD', 'This field is not known here.')
  throw new AuthError('VALIDATION_FAILED', { errors: [error] })
}

/** The body that the middleware has read; without one, as an empty object, whose missing fields are then named. */
export function sentBody(c: Context<HttpEnv>): unknown {
  const body = c.get('body')
  if (body !== undefined) return body
  if (c.req.header('Content-Type') === undefined) return {}
  throw new AuthError('MALFORMED_JSON')
}

function hasBody(request: Request): boolean {
  return request.body !== null && request.headers.get('Content-Length') !== '0'
}
