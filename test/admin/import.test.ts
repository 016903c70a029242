import { hashSync } from 'bcryptjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { argon2Types, hashArgon2 } from '../../src/edge/argon2.ts'
import { importing } from '../../src/policy.ts'
import { type Administrator, newAdministrator } from '../support/administrator.ts'
import {
  type Answer,
  call,
  cost,
  mails,
  password,
  randomEmail,
  randomPhone,
  signIn,
  tokenIn,
} from '../support/client.ts'
import { row, rows, trailEntries, userOf } from '../support/database.ts'
import { preparedUserIn } from '../support/prepared.ts'
import { codeOf } from '../support/problem.ts'
import { newTenant } from '../support/tenant.ts'

interface Report {
  created: number
  exists: number
  refused: number
  lines: { line: number; status: string; id?: string; errors?: { field: string; code: string }[] }[]
}

const tenant = await newTenant()
const { headers } = tenant
let admin: Administrator
beforeAll(async () => {
  admin = await newAdministrator(tenant, 'owner')
})

function send(
  body: BodyInit,
  { by = admin, type = 'application/x-ndjson' } = {},
): Promise<Answer<Report>> {
  return call<Report>('/api/v1/admin/users/import', undefined, {
    raw: body,
    method: 'POST',
    token: by.access_token,
    headers: { 'Content-Type': type },
  })
}

const ndjson = (...lines: unknown[]) => lines.map((line) => JSON.stringify(line)).join('\n')

const base64 = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes))
const unpadded = (bytes: Uint8Array) => base64(bytes).replace(/=+$/, '')
const salt = new TextEncoder().encode('sixteen bytes ab')
const utf8 = (text: string) => new TextEncoder().encode(text)

async function pbkdf2(iterations: number, hash: string, length: number): Promise<Uint8Array> {
  const key = await crypto.subtle.importKey('raw', utf8(password), 'PBKDF2', false, ['deriveBits'])
  const algorithm = { name: 'PBKDF2', hash, salt, iterations }
  return new Uint8Array(await crypto.subtle.deriveBits(algorithm, key, length * 8))
}

function argon2(type: 'i' | 'id', m: number, t: number, p: number): string {
  const costs = { memoryKiB: m, passes: t, lanes: p }
  const hash = hashArgon2(utf8(password), salt, costs, argon2Types[type], 24)
  return `$argon2${type}$v=19$m=${m},t=${t},p=${p}$${unpadded(salt)}$${unpadded(hash)}`
}

/** RFC 7914 §12, of the password "pleaseletmein"; and the example of Firebase's own documentation. */
const published = {
  scrypt: {
    password: 'pleaseletmein',
    hash: {
      algorithm: 'scrypt',
      n: 16_384,
      r: 8,
      p: 1,
      salt: btoa('SodiumChloride'),
      hash: 'cCO9yzr9c0hGHAbNgf046/2o+7qQT44+qbVD9lRdofLVQylVYT8Pz2LUlwUkKpr55h6F3A1lHkDfzwF7RVdYhw==',
    },
  },
  firebase: {
    password: 'user1password',
    hash: {
      algorithm: 'firebase-scrypt',
      hash: 'lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==',
      salt: '42xEC+ixf3L2lw==',
      salt_separator: 'Bw==',
      signer_key:
        'jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==',
      rounds: 8,
      mem_cost: 14,
    },
  },
}

const foreign: [name: string, hash: () => unknown, password: string][] = [
  ['bcrypt', () => ({ algorithm: 'bcrypt', hash: hashSync(password, 6) }), password],
  [
    'bcrypt of PHP',
    () => ({ algorithm: 'bcrypt', hash: hashSync(password, 4).replace('$2b$', '$2y$') }),
    password,
  ],
  ['scrypt (RFC 7914)', () => published.scrypt.hash, published.scrypt.password],
  ['firebase-scrypt', () => published.firebase.hash, published.firebase.password],
  ['argon2id', () => ({ algorithm: 'argon2', hash: argon2('id', 1_024, 2, 1) }), password],
  ['argon2i with lanes', () => ({ algorithm: 'argon2', hash: argon2('i', 256, 3, 4) }), password],
]
for (const [name, digest] of [
  ['SHA-1', 'sha1'],
  ['SHA-256', 'sha256'],
  ['SHA-512', 'sha512'],
] as const) {
  const hash = await pbkdf2(1_000, name, 32)
  foreign.push([
    `PBKDF2 with ${name}`,
    () => ({
      algorithm: 'pbkdf2',
      digest,
      iterations: 1_000,
      hash: base64(hash),
      salt: base64(salt),
    }),
    password,
  ])
}

describe('an account with a hash of another service', () => {
  it.each(foreign)(
    'by %s signs in with its password, once by that hash',
    async (_name, hash, right) => {
      const email = randomEmail()
      const line = { email, email_verified: true, password_hash: hash() }
      expect((await send(ndjson(line))).body.created).toBe(1)
      const stored = () =>
        row<{ hash: string }>(
          'select c.hash from password_credentials c join users u on u.id = c.user_id where u.email = $1',
          [email],
        )
      expect((await stored()).hash).toMatch(/^\$foreign\$/)
      const wrong = await signIn(email, { headers, password: `${right}x` })
      expect([codeOf(wrong), cost(wrong).hash]).toEqual(['INVALID_CREDENTIALS', 2])

      const first = await signIn(email, { headers, password: right })
      expect([first.status, cost(first)]).toMatchObject([200, { db: 2, hash: 2 }])
      expect((await stored()).hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
      const second = await signIn(email, { headers, password: right })
      expect([second.status, cost(second).hash]).toEqual([200, 1])
    },
  )

  it('is kept so that the hash itself is nowhere', async () => {
    const email = randomEmail()
    const { hash } = published.firebase
    await send(ndjson({ email, password_hash: hash }))
    const [stored] = await rows<{ all: string }>(
      `select row_to_json(c)::text || row_to_json(u)::text as all
       from users u join password_credentials c on c.user_id = u.id where u.email = $1`,
      [email],
    )
    expect(stored?.all).not.toContain(hash.hash.slice(0, 20))
    const inner = atob(
      stored?.all
        .match(/\$foreign\$([\w-]+)/)?.[1]
        ?.replace(/-/g, '+')
        .replace(/_/g, '/') ?? '',
    )
    expect(inner).toContain('firebase-scrypt')
    expect(inner).not.toContain(hash.hash.slice(0, 20))
  })

  it('that nobody proved is not signed in to, and is its owner’s by a link', async () => {
    const email = randomEmail()
    const password_hash = { algorithm: 'bcrypt', hash: hashSync(password, 4) }
    const { body } = await send(ndjson({ email, password_hash }))
    const refused = await signIn(email, { headers })
    expect(codeOf(refused)).toBe('EMAIL_NOT_VERIFIED')
    const reset = await call(`/api/v1/admin/users/${body.lines[0]?.id}/password-reset`, undefined, {
      method: 'POST',
      token: admin.access_token,
    })
    expect(reset.status).toBe(202)
    const [mail] = await mails(email)
    const chosen = 'another horse battery staple 7'
    const token = mail ? tokenIn(mail) : ''
    await call('/api/v1/auth/reset-password', { token, password: chosen }, { headers })
    expect((await signIn(email, { headers, password: chosen })).status).toBe(200)
  })
})

describe('a batch', () => {
  it('is written whole, in one round trip, and reported line by line', async () => {
    const [first, second] = [randomEmail(), randomEmail()]
    const known = await preparedUserIn(tenant)
    const phone = randomPhone()
    const body = [
      JSON.stringify({
        email: first.toUpperCase(),
        email_verified: true,
        first_name: 'Ada',
        locale: 'bn-BD',
        created_at: '2019-05-01T10:00:00+06:00',
      }),
      '',
      '{"email": "broken',
      JSON.stringify({ email: known, first_name: 'Somebody else' }),
      JSON.stringify({ email: 'nobody', gender: 'odd' }),
      JSON.stringify({ email: second, roles: ['owner'], admin: true }),
      JSON.stringify({ phone_e164: phone, phone_verified: true }),
      JSON.stringify({ phone_e164: randomPhone() }),
      JSON.stringify({ email: first }),
      '\r',
    ].join('\r\n')
    const answer = await send(body)
    expect([answer.status, cost(answer).db]).toEqual([200, 1])
    expect(answer.body).toMatchObject({ created: 2, exists: 2, refused: 4 })
    const codes = answer.body.lines.map(({ line, status, errors }) => [
      line,
      status,
      ...(errors ?? []).map(({ field, code }) => `${field} ${code}`),
    ])
    expect(codes).toEqual([
      [1, 'created'],
      [3, 'refused', 'line MALFORMED_JSON'],
      [4, 'exists'],
      [5, 'refused', 'email EMAIL_INVALID'],
      [6, 'refused', 'roles UNKNOWN_FIELD', 'admin UNKNOWN_FIELD'],
      [7, 'created'],
      [8, 'refused', 'email EMAIL_OR_PHONE_REQUIRED'],
      [9, 'exists'],
    ])
    expect(await userOf(first)).toMatchObject({ first_name: 'Ada', locale: 'bn', status: 'active' })
    expect((await userOf(known)).first_name).toBeNull()
    expect(await rows('select from users where email = $1', [second])).toEqual([])
    expect(await trailEntries(first, 'account.imported')).toMatchObject([{ reason: 'proven' }])
    const made = await row<{ roles: string[]; year: number }>(
      'select roles, extract(year from created_at)::int as year from users where email = $1',
      [first],
    )
    expect(made).toEqual({ roles: ['member'], year: 2019 })
  })

  it('that is sent again, whole or in parts, makes nothing twice and loses nothing', async () => {
    const lines = Array.from({ length: 200 }, () => ({
      email: randomEmail(),
      email_verified: true,
    }))
    const parts = [lines.slice(0, 120), lines, lines.slice(60), lines].map((part) =>
      ndjson(...part),
    )
    const answers = await Promise.all(parts.map((part) => send(part)))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
    expect(answers.reduce((sum, { body }) => sum + body.created, 0)).toBe(200)
    const { kept } = await row<{ kept: number }>(
      'select count(*)::int as kept from users where email = any($1)',
      [lines.map(({ email }) => email)],
    )
    expect(kept).toBe(200)
  })

  it('is of administrators who have shown a second factor lately', async () => {
    const member = await newAdministrator(tenant, 'member')
    const email = randomEmail()
    expect(codeOf(await send(ndjson({ email }), { by: member }))).toBe('FORBIDDEN')
    const late = await newAdministrator(tenant, 'owner')
    await row(
      `update sessions set authenticated_at = now() - interval '1 hour' where id = $1 returning id`,
      [late.session_id],
    )
    expect(codeOf(await send(ndjson({ email }), { by: late }))).toBe('STEP_UP_REQUIRED')
    expect(await rows('select from users where email = $1', [email])).toEqual([])
  })

  it('is of owners where it says what was proven elsewhere, and leaves nobody waiting in an account', async () => {
    const administrator = await newAdministrator(tenant, 'admin')
    const [email, other] = [randomEmail(), randomEmail()]
    const password_hash = { algorithm: 'bcrypt', hash: hashSync(password, 4) }
    for (const line of [
      { email, email_verified: true, password_hash },
      { phone_e164: randomPhone(), phone_verified: true },
    ]) {
      const refused = await send(ndjson({ email: other }, line), { by: administrator })
      expect([refused.status, codeOf(refused)]).toEqual([403, 'FORBIDDEN'])
    }
    expect(await rows('select from users where email = any($1)', [[email, other]])).toEqual([])

    expect((await send(ndjson({ email, password_hash }), { by: administrator })).status).toBe(200)
    const invitation = { email, role: 'owner' }
    const token = admin.access_token
    await call(`/api/v1/tenants/${admin.slug}/invitations`, invitation, { token })
    const [letter] = await mails(email)
    const accepted = await call('/api/v1/invitations/accept', { token: letter && tokenIn(letter) })
    expect(accepted.status).toBe(200)
    expect(codeOf(await signIn(email, { headers }))).toBe('INVALID_CREDENTIALS')
  })

  it('costs no reading where a member sends it, and lists no thousand faults of a line', async () => {
    const member = await newAdministrator(tenant, 'member')
    const keys = Object.fromEntries(Array.from({ length: 900 }, (_, n) => [`k${n}`, 1]))
    const refused = await send('[', { by: member })
    expect([codeOf(refused), cost(refused).db]).toEqual(['FORBIDDEN', 2])
    const { body } = await send(ndjson(keys))
    expect(body.lines[0]?.errors).toHaveLength(importing.lineErrors)
  })

  it.each(['0000-01-01T00:00:00Z', '2020-01-01T00:00:00+23:59', '1969-12-31T23:59:59Z'])(
    'with the time %s keeps its neighbour',
    async (created_at) => {
      const { status, body } = await send(
        ndjson({ email: randomEmail(), created_at }, { email: randomEmail() }),
      )
      const first = created_at.startsWith('2020') ? 'created' : 'refused'
      expect([status, ...body.lines.map((line) => line.status)]).toEqual([200, first, 'created'])
    },
  )

  it.each([
    ['1,001 lines', '{}\n'.repeat(1_001), 413, 'BODY_TOO_LARGE'],
    ['more than a mebibyte', ' '.repeat(1_048_577), 413, 'BODY_TOO_LARGE'],
  ])('of %s is refused', async (_name, body, status, code) => {
    const answer = await send(body)
    expect([answer.status, codeOf(answer)]).toEqual([status, code])
  })

  it.each(['', '\n \r\n\t\n'])('of nothing (%j) is nothing', async (body) => {
    const answer = await send(body)
    expect([answer.status, answer.body]).toEqual([
      200,
      { created: 0, exists: 0, refused: 0, lines: [] },
    ])
  })

  it.each(['application/json', 'text/plain', 'application/x-ndjsonx'])(
    'of type %s is refused',
    async (type) => {
      const answer = await send('{}', { type })
      expect([answer.status, codeOf(answer)]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE'])
    },
  )

  it('is the only body that is no JSON', async () => {
    const answer = await call('/api/v1/admin/audit/verify', undefined, {
      raw: '{}',
      method: 'POST',
      token: admin.access_token,
      headers: { 'Content-Type': 'application/x-ndjson' },
    })
    expect(answer.status).toBe(415)
  })
})

describe('a hostile line', () => {
  const email = () => randomEmail()
  const hashed = (password_hash: unknown) => ({ email: email(), password_hash })
  const pbkdf2Of = (changes: object) =>
    hashed({
      algorithm: 'pbkdf2',
      digest: 'sha256',
      iterations: 1_000,
      salt: base64(salt),
      hash: base64(new Uint8Array(32)),
      ...changes,
    })
  const scryptOf = (changes: object) => hashed({ ...published.scrypt.hash, ...changes })
  const argon2Of = (costs: string) =>
    hashed({
      algorithm: 'argon2',
      hash: `$argon2id$v=19$${costs}$${unpadded(salt)}$${unpadded(salt)}`,
    })

  it.each<[string, () => unknown]>([
    [
      'bcrypt of cost 13',
      () => hashed({ algorithm: 'bcrypt', hash: hashSync(password, 4).replace('$04$', '$13$') }),
    ],
    [
      'bcrypt of cost 31',
      () => hashed({ algorithm: 'bcrypt', hash: hashSync(password, 4).replace('$04$', '$31$') }),
    ],
    ['PBKDF2 of 100,001 iterations', () => pbkdf2Of({ iterations: 100_001 })],
    ['scrypt of 64 MiB', () => scryptOf({ n: 65_536 })],
    ['scrypt of much work', () => scryptOf({ n: 32_768, r: 8, p: 5 })],
    ['scrypt of an N that is no power of two', () => scryptOf({ n: 16_383 })],
    ['firebase-scrypt of 2^18', () => hashed({ ...published.firebase.hash, mem_cost: 18 })],
    ['argon2 of 128 MiB', () => argon2Of('m=131072,t=1,p=1')],
    ['argon2 of many passes', () => argon2Of('m=65536,t=5,p=1')],
    ['argon2 of no pass', () => argon2Of('m=65536,t=0,p=1')],
    ['argon2 of too little memory', () => argon2Of('m=7,t=1,p=1')],
  ])('with %s would cost too much', async (_name, line) => {
    const { body } = await send(ndjson(line()))
    expect(body.lines).toMatchObject([
      { status: 'refused', errors: [{ field: 'password_hash', code: 'HASH_TOO_COSTLY' }] },
    ])
  })

  it.each<[string, () => unknown]>([
    ['no object', () => 'text'],
    ['a list', () => [{ email: email() }]],
    ['null', () => null],
    ['a number', () => 1],
    ['another algorithm', () => hashed({ algorithm: 'md5', hash: 'x' })],
    ['no algorithm', () => hashed({})],
    ['a hash that is text', () => hashed('$2b$10$')],
    ['a salt that is no base64', () => pbkdf2Of({ salt: '*' })],
    ['a salt cut short', () => pbkdf2Of({ salt: 'A' })],
    ['a digest of one byte', () => pbkdf2Of({ hash: 'AA==' })],
    ['iterations below one', () => pbkdf2Of({ iterations: 0 })],
    ['iterations that are no number', () => pbkdf2Of({ iterations: '1000' })],
    ['a key beside', () => pbkdf2Of({ pepper: 'x' })],
    [
      'an argon2 salt cut short',
      () =>
        hashed({
          algorithm: 'argon2',
          hash: `$argon2id$v=19$m=64,t=1,p=1$${'A'.repeat(13)}$${unpadded(salt)}`,
        }),
    ],
    ['NUL in a name', () => ({ email: email(), first_name: 'a\0b' })],
    ['half a character', () => ({ email: email(), last_name: '\ud800' })],
    ['a line break in an address', () => ({ email: 'a@b.example\r\nBcc: c@d.example' })],
    ['a date that is none', () => ({ email: email(), date_of_birth: '2001-02-30' })],
    ['a time that is none', () => ({ email: email(), created_at: 'yesterday' })],
    ['9 KiB', () => ({ email: email(), first_name: 'a'.repeat(9_000) })],
  ])('of %s is refused, and its neighbour is taken', async (_name, line) => {
    const neighbour = randomEmail()
    const { status, body } = await send(ndjson(line(), { email: neighbour }))
    expect(status).toBe(200)
    expect(body.lines.map(({ status: each }) => each)).toEqual(['refused', 'created'])
    expect(body.lines[0]?.errors).not.toEqual([])
    expect(await rows('select from users where email = $1', [neighbour])).toHaveLength(1)
  })

  it('of the names of things is refused by name', async () => {
    const own = `{"email":"${email()}","__proto__":{"roles":["owner"]},"constructor":1}`
    const { body } = await send(own)
    expect(body.refused).toBe(1)
    expect(body.lines[0]?.errors?.map(({ code }) => code)).toContain('UNKNOWN_FIELD')
  })

  it('of bytes that are no text is refused', async () => {
    const neighbour = randomEmail()
    const good = utf8(`\n${JSON.stringify({ email: neighbour })}`)
    const { body } = await send(new Uint8Array([0x22, 0xff, 0xfe, 0x22, ...good]))
    expect(body.lines).toMatchObject([
      { line: 1, status: 'refused', errors: [{ code: 'MALFORMED_JSON' }] },
      { line: 2, status: 'created' },
    ])
  })

  it('that is nested without end is refused', async () => {
    const { status, body } = await send(`${'['.repeat(4_000)}${']'.repeat(4_000)}`)
    expect([status, body.refused]).toEqual([200, 1])
  })
})
