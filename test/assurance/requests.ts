import type { Operation } from '../http/operations.ts'
import { samples as fields, sampleBody } from '../http/sample-bodies.ts'
import { randomEmail, randomPhone } from '../support/client.ts'
import type { Holdings, Thing } from './holdings.ts'

export interface Asked {
  path: string
  body?: unknown
  raw?: string
  headers?: Record<string, string>
}

interface Sample extends Omit<Asked, 'path'> {
  query?: Record<string, string>
  id?: string
}

/** Where samples of all fields do not get as far as to what the route is about. */
const samples: Record<string, (held: Holdings) => Sample> = {
  'GET /api/v1/admin/audit': ({ user }) => ({ query: { user } }),
  'GET /api/v1/admin/audit/export': ({ user }) => ({ query: { user } }),
  'GET /api/v1/admin/users': ({ user }) => ({ query: { cursor: user } }),
  'GET /api/v1/auth/forms': () => ({ query: { name: 'login' } }),
  'GET /app/version': () => ({ query: { platform: 'web' } }),
  'POST /api/v1/admin/users/import': ({ email }) => ({
    raw: JSON.stringify({ email }),
    headers: { 'Content-Type': 'application/x-ndjson' },
  }),
  'POST /api/v1/auth/identities/{id}': () => ({
    id: 'google',
    body: { code: 'code', code_verifier: fields.code_verifier },
  }),
  'POST /api/v1/auth/mfa/disable': ({ factor: id }) => ({ body: { type: 'totp', id } }),
  'POST /api/v1/auth/mfa/enable': () => ({ body: { type: 'totp' } }),
  'PATCH /api/v1/tenants/{slug}': () => ({ body: { name: 'Renamed' } }),
}

/** What stands for a parameter: by the path that leads to it, or by its name. */
const things: Record<string, Thing> = {
  '/api/v1/auth/webauthn/credentials/{id}': 'passkey',
  '/api/v1/auth/identities/{id}': 'identity',
  '/api/v1/auth/sessions/{id}': 'session',
  '/api/v1/auth/devices/{id}': 'device',
  '/api/v1/tenants/{slug}/invitations/{id}': 'invitation',
  '/api/v1/admin/users/{id}': 'user',
  '/api/v1/admin/webhooks/{id}': 'webhook',
  slug: 'slug',
  user_id: 'user',
  delivery: 'event',
}
const words: Record<string, string> = { platform: 'web', provider: 'google' }

/** A request that gets as far as to what it names. */
export function requestOf({ name, path, body: schema }: Operation, held: Holdings): Asked {
  const { query, id, ...sample } = samples[name]?.(held) ?? {}
  const filled = path.replaceAll(/\{(\w+)\}/g, (parameter, word: string, at: number) => {
    const thing = things[path.slice(0, at) + parameter] ?? things[word]
    const value = (word === 'id' && id) || words[word] || (thing && held[thing])
    if (!value) throw new Error(`nobody holds a ${word} of ${path}`)
    return value
  })
  const search = query ? `?${new URLSearchParams(query)}` : ''
  return { path: filled + search, ...(schema && { body: sampleOf(schema) }), ...sample }
}

/** Nobody else asks with the same address or number: nothing of it is counted twice. */
function sampleOf(schema: NonNullable<Operation['body']>): Record<string, unknown> {
  const [email, slug] = [randomEmail(), `t-${crypto.randomUUID().slice(0, 12)}`]
  const key = crypto.randomUUID().replaceAll('-', '')
  const credential = { ...(fields.credential as object), id: key, rawId: key }
  const fresh = { email, destination: email, phone_e164: randomPhone(), slug, credential }
  const body = sampleBody(schema)
  const known = Object.entries(fresh).filter(([field]) => field in body)
  return { ...body, ...Object.fromEntries(known) }
}

/** What a route names: another tenant may have one as well. */
export function thingsNamedBy(route: Operation): Thing[] {
  const named = new Set<Thing>()
  const watched = new Proxy({} as Holdings, {
    get: (_, thing) => {
      named.add(thing as Thing)
      return 'x'
    },
  })
  requestOf(route, watched)
  return [...named]
}
