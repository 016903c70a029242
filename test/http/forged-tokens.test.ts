import { env } from 'cloudflare:test'
import { describe, expect, it } from 'vitest'
import { cost } from '../support/client.ts'
import { preparedSignIn } from '../support/prepared.ts'
import {
  bytesOf,
  type Changes,
  encoded,
  forge,
  keys,
  macToken,
  ownHeader,
  ownSignature,
  pem,
  spki,
  strangersKey,
  toBase64url,
} from './access-tokens.ts'
import { expectProblem } from './problem-document.ts'
import { send } from './service.ts'

const { access_token: genuine } = await preparedSignIn()
const [head = '', payload = '', signature = ''] = genuine.split('.')
const now = Math.floor(Date.now() / 1000)
const nobody = '01999999-9999-7999-8999-999999999999'

async function expectRefused(token: string): Promise<void> {
  const answer = await send('/api/v1/auth/me', { headers: { Authorization: `Bearer ${token}` } })
  expectProblem(answer, 401, 'TOKEN_INVALID')
  expect(answer.headers.get('WWW-Authenticate')).toMatch(/^Bearer\b/)
  expect(cost(answer).db).toBe(0)
}

describe('an algorithm that is not ours', () => {
  const { x, y } = keys.current
  const publicBytes = Uint8Array.from([4, ...bytesOf(x), ...bytesOf(y)])
  const publicTexts = [
    JSON.stringify({ kty: 'EC', crv: 'P-256', x, y }),
    JSON.stringify({
      kty: 'EC',
      crv: 'P-256',
      x,
      y,
      kid: keys.current.kid,
      alg: 'ES256',
      use: 'sig',
    }),
    x,
    x + y,
  ].map((text) => new TextEncoder().encode(text))

  it.each(['none', 'None', 'NONE', 'nOnE', ''])(
    'is refused: %j, with and without a signature',
    async (alg) => {
      const unsigned = `${encoded({ ...ownHeader, alg })}.${payload}`
      for (const end of ['', signature, 'AA', 'A'.repeat(86)]) {
        await expectRefused(`${unsigned}.${end}`)
      }
    },
  )

  it.each(['HS256', 'HS384', 'HS512'])(
    'is refused: %s with our public key as the secret',
    async (alg) => {
      for (const secret of [publicBytes, await spki(), await pem(), ...publicTexts]) {
        await expectRefused(await macToken(payload, alg, secret))
      }
    },
  )

  it.each(['ES384', 'ES256K', 'RS256', 'PS256', 'EdDSA', 'es256', ['ES256'], null, 256])(
    'is refused: %j over a signature of ours',
    async (alg) => {
      const signed = `${encoded({ ...ownHeader, alg })}.${payload}`
      await expectRefused(`${signed}.${await ownSignature(signed)}`)
    },
  )

  it('is refused: a signature of zeros, of ones, or in another format', async () => {
    const der = toBase64url(Uint8Array.from([0x30, 0x44, 0x02, 0x20, ...bytesOf(signature)]))
    for (const end of [
      'A'.repeat(86),
      toBase64url(new Uint8Array(64).fill(255)),
      toBase64url(new Uint8Array(64).fill(1)),
      der,
    ]) {
      await expectRefused(`${head}.${payload}.${end}`)
    }
  })
})

describe('a key that the token brings along', () => {
  it.each(['jwk', 'jku', 'x5u', 'x5c', 'kid'])('is not used: %s', async (name) => {
    const stranger = await strangersKey()
    const { d: _, ...jwk } = stranger
    const url = `${env.SES_ENDPOINT}/keys.json`
    const values: Changes = { jwk, jku: url, x5u: url, x5c: ['AAAA'], kid: url }
    for (const kid of [keys.current.kid, 'stranger', undefined]) {
      const header = { kid, [name]: values[name] }
      await expectRefused(await forge(genuine, { header, jwk: stranger }))
    }
  })

  it.each([
    'unknown-key-id',
    '',
    '__proto__',
    'constructor',
    '../../etc/passwd',
    "' or 1=1 --",
    null,
    0,
    undefined,
    [keys.current.kid],
  ])('is not looked for under kid %j', async (kid) => {
    await expectRefused(await forge(genuine, { header: { kid } }))
  })

  it('is the one that its id names, not any of ours', async () => {
    await expectRefused(await forge(genuine, { header: { kid: keys.next.kid } }))
  })
})

describe('a token that says something else', () => {
  const headers: [string, Changes][] = [
    ['typ JWT', { typ: 'JWT' }],
    ['typ of an ID token', { typ: 'id+jwt' }],
    ['typ of a logout token', { typ: 'logout+jwt' }],
    ['no typ', { typ: undefined }],
    ['an extension that we do not know', { crit: ['exp'], exp: now + 60 }],
  ]
  it.each(headers)('is refused: %s', async (_name, header) => {
    // `jose` refuses to make a token with an unknown `crit`, so the parts are put together here.
    const signed = `${encoded({ ...ownHeader, ...header })}.${payload}`
    await expectRefused(`${signed}.${await ownSignature(signed)}`)
  })

  const claims: [string, Changes][] = [
    ['another issuer', { iss: 'https://evil.example' }],
    ['our issuer with a slash', { iss: `${env.PUBLIC_URL}/` }],
    ['no issuer', { iss: undefined }],
    ['a list of issuers', { iss: [env.PUBLIC_URL] }],
    ['another audience', { aud: 'https://api.example' }],
    ['the issuer as audience', { aud: env.PUBLIC_URL }],
    ['another tenant as audience', { aud: `urn:gatehouse:tenant:${nobody}` }],
    ['no audience', { aud: undefined }],
    ['an empty audience', { aud: [] }],
    ['another tenant', { tid: nobody }],
    ['no tenant', { tid: undefined }],
    ['expired an hour ago', { exp: now - 3_600 }],
    ['expired beyond the leeway', { exp: now - 60 }],
    ['no expiry', { exp: undefined }],
    ['an expiry that is text', { exp: String(now + 600) }],
    ['older than a token may live', { iat: now - 3_600, exp: now + 3_600 }],
    ['not valid before an hour', { nbf: now + 3_600 }],
    ['issued an hour from now', { iat: now + 3_600, exp: now + 4_200 }],
    ['no time of issue', { iat: undefined }],
    ['no subject', { sub: undefined }],
    ['a subject that is no id', { sub: 'admin' }],
    ['no session', { sid: undefined }],
    ['a session that is no id', { sid: "' or 1=1" }],
    ['no id', { jti: undefined }],
    ['no version', { ver: undefined }],
    ['a version that is text', { ver: '1' }],
    ['roles that are text', { roles: 'owner' }],
    ['no methods', { amr: undefined }],
  ]
  it.each(claims)('is refused: %s', async (_name, changes) => {
    await expectRefused(await forge(genuine, { claims: changes }))
  })

  it('is refused: claims changed after signing', async () => {
    const claimed = encoded({ ...JSON.parse(atob(payload)), roles: ['owner'] })
    await expectRefused(`${head}.${claimed}.${signature}`)
  })
})
