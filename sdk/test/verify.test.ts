import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Hono } from 'hono'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { Client } from '../src/index.ts'
import {
  createVerifier,
  expressAuth,
  type GatehouseVariables,
  honoAuth,
  type Verifier,
} from '../src/server/index.ts'
import { signedIn } from './support/person.ts'

const invalid = { code: 'TOKEN_INVALID', status: 401 }

function claimsOf(token: string) {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
}

async function tokenOf(client: Client): Promise<string> {
  return (await client.accessToken()) ?? ''
}

describe('a verifier of the real service', () => {
  let client: Client
  let token = ''
  let tenant = ''
  const clock = { ahead: 0 }
  const newVerifier = (changes: Partial<Parameters<typeof createVerifier>[0]> = {}): Verifier =>
    createVerifier({
      serviceUrl: inject('service').publicUrl,
      documentsUrl: inject('service').url,
      tenants: [{ id: tenant }],
      now: () => Date.now() + clock.ahead,
      ...changes,
    })

  beforeAll(async () => {
    client = await signedIn()
    token = await tokenOf(client)
    tenant = claimsOf(token).tid
  })

  it('takes a token of it, and says whose it is', async () => {
    const { id } = await client.me.get()
    const claims = await newVerifier().verify(token)
    expect(claims).toMatchObject({ sub: id, tid: tenant, amr: ['pwd'], acr: 'aal1' })
  })

  it('asks for keys and ended sessions once for many tokens', async () => {
    const asked: string[] = []
    const counting: typeof fetch = (input, init) => {
      asked.push(new URL(String(input)).pathname)
      return fetch(input, init)
    }
    const verifier = newVerifier({ fetch: counting })
    for (let count = 0; count < 20; count += 1) await verifier.verify(token)
    expect(asked).toEqual(['/.well-known/jwks.json', '/.well-known/revocations'])
  })

  it('refuses it for another tenant, and from another issuer', async () => {
    const other = '018f0000-0000-7000-8000-000000000000'
    await expect(newVerifier({ tenants: [{ id: other }] }).verify(token)).rejects.toMatchObject(
      invalid,
    )
    const serviceUrl = 'https://evil.example'
    const documentsUrl = inject('service').url
    const evil = newVerifier({ serviceUrl, documentsUrl })
    await expect(evil.verify(token)).rejects.toMatchObject(invalid)
  })

  it('refuses it after its end', async () => {
    const verifier = newVerifier()
    clock.ahead = 625_000
    await verifier.verify(token)
    clock.ahead = 635_000
    await expect(verifier.verify(token)).rejects.toMatchObject(invalid)
    clock.ahead = 0
  })

  it('refuses every other spelling of it', async () => {
    const verifier = newVerifier()
    const [head = '', body = '', signature = ''] = token.split('.')
    const last = signature.at(-1) ?? ''
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    // The same bytes: four bits of the last letter count for nothing.
    const twin = signature.slice(0, -1) + alphabet[alphabet.indexOf(last) ^ 1]
    expect(Buffer.from(twin, 'base64url')).toEqual(Buffer.from(signature, 'base64url'))
    const spellings = [
      `${head}.${body}.${twin}`,
      `${token}=`,
      `${token}.`,
      ` ${token}`,
      `${head}.${body}`,
      `${head}.${body}.`,
      `${head}.${body}.${signature.slice(0, -2)}`,
      '',
      'a.b.c',
    ]
    for (const spelling of spellings) {
      await expect(verifier.verify(spelling), spelling).rejects.toMatchObject(invalid)
    }
  })

  it('refuses a token whose session has ended, within 20 seconds', async () => {
    const one = await signedIn()
    const ended = await tokenOf(one)
    const verifier = newVerifier()
    await verifier.verify(ended)
    await one.logout()
    clock.ahead = 20_000
    await expect(verifier.verify(ended)).rejects.toMatchObject(invalid)
    clock.ahead = 0
  })
})

/** A service whose documents and clock are in our hand, and whose key is known. */
async function newStandIn() {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256', use: 'sig' }
  const standIn = {
    now: 1_800_000_000_000,
    jwk,
    privateKey,
    keys: [jwk] as object[],
    revoked: [] as string[],
    age: undefined as string | undefined,
    isDown: false,
    asked: [] as string[],
  }
  const fetch: typeof globalThis.fetch = async (input) => {
    const { pathname } = new URL(String(input))
    standIn.asked.push(pathname)
    if (standIn.isDown) throw new TypeError('fetch failed')
    if (pathname.endsWith('jwks.json')) return Response.json({ keys: standIn.keys })
    const headers = standIn.age === undefined ? {} : { Age: standIn.age }
    const revoked = standIn.revoked.map((sid) => ({ sid, revoked_at: '' }))
    return Response.json({ revoked, max_age: 15 }, { headers })
  }
  const verifier = createVerifier({
    serviceUrl: issuer,
    tenants: [{ id: 't' }, { id: 'acme', issuer: `${issuer}/t/acme` }],
    fetch,
    now: () => standIn.now,
  })
  return { standIn, verifier }
}

const issuer = 'https://auth.example.com'

type StandIn = Awaited<ReturnType<typeof newStandIn>>['standIn']

function signed(
  { now, privateKey }: StandIn,
  claims: JWTPayload = {},
  header: Record<string, unknown> = {},
  key: Parameters<SignJWT['sign']>[0] = privateKey,
): Promise<string> {
  const seconds = now / 1000
  return new SignJWT({
    iss: issuer,
    aud: 'urn:gatehouse:tenant:t',
    sub: 'u',
    sid: 's',
    tid: 't',
    jti: 'j',
    iat: seconds,
    exp: seconds + 600,
    amr: ['pwd'],
    acr: 'aal1',
    auth_time: seconds,
    roles: ['member'],
    ...claims,
  } as JWTPayload)
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'one', ...header })
    .sign(key, { crit: { b: true } })
}

it('takes the tokens of each tenant that is named, by its own issuer', async () => {
  const { standIn, verifier } = await newStandIn()
  const acme = { iss: `${issuer}/t/acme`, tid: 'acme', aud: 'urn:gatehouse:tenant:acme' }
  expect(await verifier.verify(await signed(standIn, acme))).toMatchObject(acme)
})

describe('a forged token', () => {
  it.each([
    ['of another issuer', { iss: 'https://evil.example' }],
    ['for another audience', { aud: 'urn:gatehouse:tenant:x' }],
    ['whose tenant is not its audience', { tid: 'x' }],
    ['of one tenant by the issuer of another', { iss: `${issuer}/t/acme` }],
    [
      'of another tenant by the issuer of the first',
      { tid: 'acme', aud: 'urn:gatehouse:tenant:acme' },
    ],
    ['that has run out', { exp: 1_799_999_000 }],
    ['that is not good yet', { nbf: 1_800_000_100 }],
    ['from the future', { iat: 1_800_000_100 }],
    ['from the future that says it is good', { iat: 1_800_000_100, nbf: 1_799_999_000 }],
    ['without an end', { exp: undefined }],
    ['whose end is a text', { exp: '1900000000' }],
    ['without a session', { sid: undefined }],
    ['without a subject', { sub: '' }],
    ['whose roles are a text', { roles: 'admin' }],
  ])('%s is refused', async (_, claims) => {
    const { standIn, verifier } = await newStandIn()
    await verifier.verify(await signed(standIn))
    const token = await signed(standIn, claims as JWTPayload)
    await expect(verifier.verify(token)).rejects.toMatchObject(invalid)
  })

  it('of another type, with an unknown key or with a demand on its reader is refused', async () => {
    const { standIn, verifier } = await newStandIn()
    const headers = [{ typ: 'JWT' }, { typ: undefined }, { kid: 'two' }, { kid: undefined }]
    for (const header of [...headers, { crit: ['b'], b: 1 }]) {
      const token = await signed(standIn, {}, header)
      await expect(verifier.verify(token), JSON.stringify(header)).rejects.toMatchObject(invalid)
    }
  })

  it('that brings its own key is refused', async () => {
    const { standIn, verifier } = await newStandIn()
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
    const jwk = await exportJWK(publicKey)
    const token = await signed(standIn, {}, { jwk, jku: 'https://evil.example' }, privateKey)
    await expect(verifier.verify(token)).rejects.toMatchObject(invalid)
    expect(standIn.asked.every((path) => path.startsWith('/.well-known/'))).toBe(true)
  })

  it('without a signature, or signed with the public key as a secret, is refused', async () => {
    const { standIn, verifier } = await newStandIn()
    const [, body] = (await signed(standIn)).split('.')
    const head = (alg: string) =>
      Buffer.from(JSON.stringify({ alg, typ: 'at+jwt', kid: 'one' })).toString('base64url')
    const secret = new TextEncoder().encode(JSON.stringify(standIn.jwk))
    const confused = await signed(standIn, {}, { alg: 'HS256' }, secret)
    for (const token of [`${head('none')}.${body}.`, `${head('none')}.${body}.AA`, confused]) {
      await expect(verifier.verify(token)).rejects.toMatchObject(invalid)
    }
  })

  it('that names another algorithm is refused, though the signature is of the right key', async () => {
    const { standIn, verifier } = await newStandIn()
    const [, body] = (await signed(standIn)).split('.')
    const key = standIn.privateKey
    for (const alg of ['ES384', 'none', 'es256', undefined]) {
      const header = JSON.stringify({ alg, typ: 'at+jwt', kid: 'one' })
      const text = `${Buffer.from(header).toString('base64url')}.${body}`
      const algorithm = { name: 'ECDSA', hash: 'SHA-256' }
      const made = await crypto.subtle.sign(algorithm, key, new TextEncoder().encode(text))
      const token = `${text}.${Buffer.from(made).toString('base64url')}`
      await expect(verifier.verify(token), alg).rejects.toMatchObject(invalid)
    }
  })

  it('with one letter changed is refused', async () => {
    const { standIn, verifier } = await newStandIn()
    const [head, , signature] = (await signed(standIn)).split('.')
    const [, body] = (await signed(standIn, { roles: ['owner'] })).split('.')
    await expect(verifier.verify(`${head}.${body}.${signature}`)).rejects.toMatchObject(invalid)
  })
})

describe('the keys', () => {
  it('are asked for again where a new one signs, but not for each token that names one', async () => {
    const { standIn, verifier } = await newStandIn()
    await verifier.verify(await signed(standIn))
    standIn.keys = [{ ...standIn.jwk, kid: 'two' }]
    standIn.now += 31_000
    await verifier.verify(await signed(standIn, {}, { kid: 'two' }))
    const before = standIn.asked.length
    for (let count = 0; count < 20; count += 1) {
      const made = signed(standIn, {}, { kid: `made-up-${count}` })
      await expect(verifier.verify(await made)).rejects.toMatchObject(invalid)
    }
    expect(standIn.asked.length).toBe(before)
  })

  it('that were withdrawn are refused after ten minutes', async () => {
    const { standIn, verifier } = await newStandIn()
    await verifier.verify(await signed(standIn))
    standIn.keys = []
    standIn.now += 601_000
    await expect(verifier.verify(await signed(standIn))).rejects.toMatchObject(invalid)
  })
})

describe('the list of ended sessions', () => {
  it('is never older than 20 seconds, the 15 of a silent cache included', async () => {
    const { standIn, verifier } = await newStandIn()
    await verifier.verify(await signed(standIn))
    standIn.revoked = ['s']
    standIn.now += 5_000
    await expect(verifier.verify(await signed(standIn))).rejects.toMatchObject(invalid)
  })

  it('is renewed while it still serves', async () => {
    const { standIn, verifier } = await newStandIn()
    await verifier.verify(await signed(standIn))
    standIn.now += 1_999
    await verifier.verify(await signed(standIn))
    expect(standIn.asked.filter((path) => path.endsWith('revocations'))).toHaveLength(1)
    standIn.revoked = ['s']
    standIn.now += 1
    await expect(verifier.verify(await signed(standIn))).rejects.toMatchObject(invalid)
  })

  it('serves for longer where the cache says how old it is', async () => {
    const { standIn, verifier } = await newStandIn()
    standIn.age = '3'
    await verifier.verify(await signed(standIn))
    standIn.isDown = true
    standIn.now += 16_900
    await verifier.verify(await signed(standIn))
    standIn.now += 200
    await expect(verifier.verify(await signed(standIn))).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      status: 503,
    })
  })

  it('is believed no longer for an age that cannot be read, nor for a clock that is set back', async () => {
    for (const moved of [21_000, -120_000]) {
      const { standIn, verifier } = await newStandIn()
      standIn.age = '0, 0'
      await verifier.verify(await signed(standIn))
      standIn.revoked = ['s']
      standIn.now += moved
      await expect(verifier.verify(await signed(standIn))).rejects.toMatchObject(invalid)
    }
  })

  it('that a cache has held for longer lets nobody in', async () => {
    const { standIn, verifier } = await newStandIn()
    standIn.age = '600'
    await expect(verifier.verify(await signed(standIn))).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      status: 503,
    })
  })

  it('that cannot be had lets nobody in', async () => {
    const { standIn, verifier } = await newStandIn()
    await verifier.verify(await signed(standIn))
    standIn.isDown = true
    standIn.now += 5_000
    const refused = expect(verifier.verify(await signed(standIn))).rejects
    await refused.toMatchObject({ code: 'UNAVAILABLE', status: 503, retryAfter: 1 })
  })
})

/** The same questions to both middlewares. */
describe.each(['Hono', 'Express'] as const)('the middleware for %s', (kind) => {
  let standIn: StandIn
  let ask: (path: string, headers?: Record<string, string>) => Promise<Response>
  let stop = () => {}

  beforeAll(async () => {
    const made = await newStandIn()
    standIn = made.standIn
    // The age of a proof is judged by the clock of the machine.
    standIn.now = Math.floor(Date.now() / 1000) * 1000
    const demands = {
      '/': {},
      '/admin': { roles: ['admin'] },
      '/fresh': { acr: 'aal2', maxAge: 60 },
    } as const
    if (kind === 'Hono') {
      const app = new Hono<{ Variables: GatehouseVariables }>()
      for (const [path, demand] of Object.entries(demands)) {
        app.get(path, honoAuth(made.verifier, demand), (c) => c.json({ id: c.get('auth').sub }))
      }
      ask = async (path, headers = {}) => app.request(path, { headers })
      return
    }
    const handlers = new Map(
      Object.entries(demands).map(([path, demand]) => [path, expressAuth(made.verifier, demand)]),
    )
    const server = createServer((request, response) => {
      handlers.get(request.url ?? '')?.(request, response, () => {
        const { auth } = request as { auth?: { sub: string } }
        response.setHeader('Content-Type', 'application/json')
        response.end(JSON.stringify({ id: auth?.sub }))
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    ask = (path, headers = {}) => fetch(`http://127.0.0.1:${port}${path}`, { headers })
    stop = () => server.close()
  })
  afterAll(() => stop())

  const bearer = async (claims: JWTPayload = {}) => ({
    Authorization: `Bearer ${await signed(standIn, claims)}`,
  })

  it('lets a good token through, with its claims', async () => {
    const answer = await ask('/', await bearer())
    expect([answer.status, await answer.json()]).toEqual([200, { id: 'u' }])
  })

  it('refuses no token, another scheme and a bad one alike', async () => {
    for (const headers of [{}, { Authorization: 'Basic dTpw' }, { Authorization: 'Bearer x' }]) {
      const answer = await ask('/', headers as Record<string, string>)
      expect(answer.status).toBe(401)
      expect(answer.headers.get('WWW-Authenticate')).toBe('Bearer error="invalid_token"')
      expect(answer.headers.get('Content-Type')).toBe('application/problem+json')
      expect(await answer.json()).toMatchObject({ code: 'TOKEN_INVALID', status: 401 })
    }
  })

  it('asks for a role', async () => {
    const answer = await ask('/admin', await bearer())
    expect([answer.status, await answer.json()]).toMatchObject([403, { code: 'FORBIDDEN' }])
    expect((await ask('/admin', await bearer({ roles: ['admin'] }))).status).toBe(200)
  })

  it('asks for a fresh proof of two factors, in the words of RFC 9470', async () => {
    const now = standIn.now / 1000
    for (const claims of [{ acr: 'aal1' }, { acr: 'aal2', auth_time: now - 3_600 }, { acr: 'x' }]) {
      const answer = await ask('/fresh', await bearer(claims))
      expect(answer.status).toBe(403)
      expect(answer.headers.get('WWW-Authenticate')).toBe(
        'Bearer error="insufficient_user_authentication", acr_values="aal2", max_age="60"',
      )
      expect(await answer.json()).toMatchObject({ required_acr: 'aal2', max_age: 60 })
    }
    expect((await ask('/fresh', await bearer({ acr: 'aal3' }))).status).toBe(200)
  })

  it('answers 503 where it cannot know', async () => {
    standIn.isDown = true
    standIn.now += 30_000
    const answer = await ask('/', await bearer())
    standIn.isDown = false
    expect([answer.status, answer.headers.get('Retry-After')]).toEqual([503, '1'])
  })
})
