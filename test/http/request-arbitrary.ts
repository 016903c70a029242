import fc from 'fast-check'
import { asHeader, naughtyStrings } from './naughty-strings.ts'
import { type Operation, type Schema, typesOf } from './operations.ts'
import { administrative, hookUrl, placeholders } from './person.ts'
import { samples } from './sample-bodies.ts'

/** One request, as data: placeholders are filled in when it is sent. */
export interface GeneratedRequest {
  operation: Operation
  method: string
  path: string
  headers: Record<string, string>
  body: string | null
}

const naughty = fc.constantFrom(...naughtyStrings)

/** Values that lead somewhere, by the name of the field. */
const known: Record<string, readonly string[]> = {
  email: [placeholders.email, placeholders.email, placeholders.pendingEmail, 'nobody@fuzz.example'],
  password: [placeholders.password, placeholders.password, 'password', 'Tr0ub4dor&3 staple'],
  current_password: [placeholders.password, 'wrong'],
  mfa_token: [placeholders.mfaToken],
  type: ['backup_code', 'totp', 'webauthn'],
  backup_code: [placeholders.backupCode],
  refresh_token: [placeholders.refreshToken],
  code: ['123456', '000000', placeholders.backupCode, placeholders.backupCode],
  cursor: [placeholders.sessionId],
  id: [placeholders.keyId],
  platform: ['android', 'web'],
  name: ['register', 'login'],
  status: ['active'],
  mfa: ['true', 'false'],
  from: ['2026-11-01'],
  to: ['2026-11-07'],
}

/** The same, where one route takes what others do not. */
const knownAt: Record<string, Record<string, readonly string[]>> = {
  login: {
    email: [placeholders.email, placeholders.email, placeholders.email, placeholders.pendingEmail],
    password: [placeholders.password, placeholders.password, placeholders.password, 'password'],
  },
  'admin/webhooks': { url: [hookUrl] },
  'admin/webhooks/{id}': { url: [hookUrl] },
  tenants: { slug: [placeholders.freshSlug, placeholders.slug] },
  'verify-email': { token: [placeholders.verifyToken] },
  'reset-password': { token: [placeholders.resetToken] },
  'recover/verify': { token: [placeholders.recoverToken] },
  'recover/complete': { token: [placeholders.dueToken] },
  'recover/cancel': { token: [placeholders.cancelToken] },
  'otp/send': {
    type: ['email'],
    channel: ['email'],
    destination: [placeholders.email, placeholders.pendingEmail, 'nobody@fuzz.example'],
  },
  // Others send to the usual number, and it gets one code a minute.
  'me/phone': { phone_e164: ['+8801911111111', '+8801922222222', '+8801933333333'] },
  'mfa/verify': {
    type: ['backup_code', 'backup_code', 'backup_code', 'totp', 'webauthn'],
    code: [placeholders.backupCode, placeholders.backupCode, placeholders.backupCode, '123456'],
  },
  'mfa/challenge': { type: ['webauthn'] },
  'mfa/disable': { type: ['webauthn', 'totp'], code: [placeholders.backupCode] },
}

/** What the part of a path names that comes after this one. */
const knownIds: Record<string, string> = {
  sessions: placeholders.sessionId,
  credentials: placeholders.keyId,
  devices: placeholders.deviceId,
  t: placeholders.slug,
  tenants: placeholders.slug,
  members: placeholders.memberId,
  users: placeholders.memberId,
  invitations: placeholders.invitationId,
  webhooks: placeholders.webhookId,
  deliveries: placeholders.deliveryId,
}

/** Routes that only somebody with a second factor gets past. */
const ownersOnly =
  /\/api\/v1\/tenants$|\/mfa\/(backup-codes|challenge|disable)|\/webauthn\/credentials|\/devices/

/** Most requests are good in most of their fields, so that each of the others is looked at. */
export function requests(operations: readonly Operation[]): fc.Arbitrary<GeneratedRequest> {
  // What takes a body has more that can be wrong, and then what takes something else.
  const weighted = operations.flatMap((operation) => {
    const { body, path, query } = operation
    const weight = body ? 3 : path.includes('{') || query.length > 0 ? 2 : 1
    return Array.from({ length: weight }, () => operation)
  })
  return fc.constantFrom(...weighted).chain((operation) =>
    fc.record({
      operation: fc.constant(operation),
      method: mostly(operation.method, fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE')),
      path: pathOf(operation),
      headers: headersOf(operation),
      body: operation.body ? bodyOf(operation.body, operation.path) : fc.constant(null),
    }),
  )
}

function mostly<T>(usual: T, odd: fc.Arbitrary<T>, weight = 30): fc.Arbitrary<T> {
  return fc.oneof({ weight, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: odd })
}

function pathOf({ path, query }: Operation): fc.Arbitrary<string> {
  const pieces = path.split(/(\{\w+\})/)
  const parts = pieces.map((part, at) => {
    if (!part.startsWith('{')) return fc.constant(part)
    const [, named = ''] = /([\w-]+)\/$/.exec(pieces[at - 1] ?? '') ?? []
    return fc
      .oneof(
        { weight: 3, arbitrary: fc.constant(knownIds[named] ?? '') },
        { weight: 1, arbitrary: naughty },
      )
      .map(encode)
  })
  const search = fc
    .array(fc.constantFrom('nothing', ...query).chain(pairOf), { maxLength: 2 })
    .map((pairs) => pairs.map(([name, value]) => `${name}=${encode(value)}`).join('&'))
  const sought = query.length > 0 ? search : mostly('', search)
  return fc
    .tuple(fc.tuple(...parts), sought)
    .map(([filled, found]) => filled.join('') + (found && `?${found}`))
}

function pairOf(name: string): fc.Arbitrary<[string, string]> {
  return fc.tuple(fc.constant(name), textFor(name))
}

function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll('.', '%2E').slice(0, 8_000)
}

function textFor(name: string): fc.Arbitrary<string> {
  return fc.oneof({ weight: 2, arbitrary: goodText(name) }, { weight: 1, arbitrary: naughty })
}

function goodText(name: string, route = ''): fc.Arbitrary<string> {
  const values = knownAt[route]?.[name] ?? known[name] ?? [String(samples[name] ?? 'text')]
  return fc.constantFrom(...values)
}

/** Headers that the service reads, and some that it must not. */
export const headerValues: Record<string, readonly string[]> = {
  'X-Token-Transport': ['body', 'cookie'],
  'X-Tenant': ['default', 'nobody'],
  'X-App-Platform': ['android', 'web'],
  'X-App-Version': ['1.2.0', '0.0.1'],
  'X-Install-Id': ['0f8fad5bd9cb469fa16570867728950e'],
  'X-Request-Id': ['request-1'],
  'Accept-Language': ['bn', 'en;q=0.5, bn'],
  'User-Agent': ['Mozilla/5.0'],
  'Content-Type': ['application/json; charset=utf-8', 'text/plain'],
  Origin: ['http://localhost:8787', 'https://evil.example'],
  'Sec-Fetch-Site': ['same-origin', 'cross-site'],
  Cookie: [placeholders.refreshCookie, '__Host-refresh=a; __Host-device=b'],
  Authorization: ['Bearer', 'Basic YTpi', 'Bearer eyJhbGciOiJub25lIn0.e30.'],
  'CF-Connecting-IP': ['192.0.2.1', '2001:db8::1', 'junk'],
  'CF-IPCountry': ['BD'],
  'X-Forwarded-For': ['127.0.0.1'],
  'X-Forwarded-Host': ['evil.example'],
  'X-HTTP-Method-Override': ['DELETE'],
  'Accept-Encoding': ['br'],
  Accept: ['text/html'],
  'If-None-Match': ['*'],
  Range: ['bytes=0-1'],
}

function tokenFor(path: string): string {
  if (ownersOnly.test(path)) return placeholders.ownerToken
  return administrative.test(path) ? placeholders.administratorToken : placeholders.accessToken
}

function headersOf({ body, secured, path }: Operation): fc.Arbitrary<Record<string, string>> {
  const token = tokenFor(path)
  const usual: Record<string, string> = {
    ...(body && { 'Content-Type': 'application/json' }),
    ...(secured && { Authorization: `Bearer ${token}` }),
  }
  const odd = fc
    .constantFrom(...Object.keys(headerValues))
    .chain((name) => fc.tuple(fc.constant(name), headerValue(name)))
  const few = fc.array(odd, { minLength: 1, maxLength: 3 }).map((entries) => ({
    ...usual,
    ...Object.fromEntries(entries),
  }))
  const foreign = { ...usual, 'X-Token-Transport': 'cookie', Origin: 'https://evil.example' }
  return fc.oneof(
    { weight: 24, arbitrary: fc.constant(usual) },
    { weight: 8, arbitrary: few },
    { weight: 1, arbitrary: fc.constant(foreign) },
  )
}

function headerValue(name: string): fc.Arbitrary<string> {
  return fc.oneof(fc.constantFrom(...(headerValues[name] ?? [''])), naughty.map(asHeader))
}

function bodyOf(schema: Schema, path: string): fc.Arbitrary<string> {
  const route = path.replace(/^\/api\/v1\/(auth\/)?/, '')
  const shapes = (schema.anyOf ?? [schema]).map((shape) => objectOf(shape, route))
  const object = fc.oneof(...shapes).map((value) => JSON.stringify(value))
  return fc.oneof(
    { weight: 24, arbitrary: object },
    { weight: 1, arbitrary: fc.json() },
    { weight: 1, arbitrary: naughty },
    {
      weight: 1,
      arbitrary: fc.tuple(object, fc.nat(200)).map(([text, end]) => text.slice(0, end)),
    },
  )
}

function objectOf({ properties = {}, required = [] }: Schema, route: string): fc.Arbitrary<object> {
  const names = Object.keys(properties)
  const fields = Object.entries(properties).map(([name, field]) => [
    name,
    valueFor(name, field, names.length, route),
  ])
  const present = fc.oneof(
    { weight: 6, arbitrary: fc.constant(names) },
    { weight: 3, arbitrary: fc.constant(required) },
    { weight: 1, arbitrary: fc.constant([]) },
  )
  const whole = present.chain((requiredKeys) =>
    fc.record(Object.fromEntries(fields), { requiredKeys: requiredKeys as never[] }),
  )
  const stranger = fc.tuple(naughty, fc.jsonValue())
  return fc
    .tuple(whole, mostly<[string, unknown] | null>(null, stranger, 14))
    .map(([object, extra]) => (extra ? withKey(object, extra) : object))
}

/** Also `__proto__` becomes a key of its own. */
function withKey(object: object, [key, value]: [string, unknown]): object {
  return Object.fromEntries([...Object.entries(object), [key, value]])
}

/** The more fields there are, the seldomer each is odd: half of all bodies should be good as a whole. */
function valueFor(
  name: string,
  schema: Schema,
  fields: number,
  route: string,
): fc.Arbitrary<unknown> {
  const types = typesOf(schema)
  const good = types.includes('boolean')
    ? mostly<unknown>(true, fc.boolean(), 8)
    : typeof samples[name] === 'string' || !(name in samples)
      ? goodText(name, route)
      : fc.constant(samples[name])
  return fc.oneof(
    { weight: 8 * Math.max(2, fields), arbitrary: good },
    { weight: 3, arbitrary: naughty },
    { weight: 1, arbitrary: edgesOf(schema) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 400 }) },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  )
}

/** Texts on both sides of the documented lengths. */
function edgesOf({ minLength = 0, maxLength = 64 }: Schema): fc.Arbitrary<string> {
  const lengths = [minLength - 1, minLength, maxLength, maxLength + 1].filter(
    (length) => length >= 0,
  )
  const unit = fc.constantFrom('a', '9', ' ', 'é', '😀', '-', '\u0301')
  return fc.tuple(fc.constantFrom(...lengths), unit).map(([length, text]) => text.repeat(length))
}
