import { env } from 'cloudflare:workers'
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { toBase64url, toHex } from '../../../src/tokens/encoding.ts'
import { json, serviceWith } from '../../http/service.ts'
import { call, newUser } from '../../support/client.ts'
import { row, userOf } from '../../support/database.ts'
import { preparedSession, preparedUserIn } from '../../support/prepared.ts'
import { codeOf } from '../../support/problem.ts'
import { changeSettings, newTenant, type TestTenant } from '../../support/tenant.ts'
import { nativeProof, nativeSignIn, newPerson, type ProviderName } from './browser.ts'

const openId: ProviderName[] = ['google', 'apple', 'microsoft']
const defaultTenant = { id: '', headers: { 'X-Tenant': 'default' } }
const keyPaths = {
  google: '/google/oauth2/v3/certs',
  apple: '/apple/auth/keys',
  microsoft: '/microsoft/common/discovery/v2.0/keys',
} as Record<ProviderName, string>

const now = () => Math.floor(Date.now() / 1000)

function partsOf(token: string): [Record<string, unknown>, Record<string, unknown>] {
  const [header = '', payload = ''] = token.split('.')
  const read = (part: string) => JSON.parse(atob(part.replaceAll('-', '+').replaceAll('_', '/')))
  return [read(header), read(payload)]
}

async function publicKeys(provider: ProviderName): Promise<Record<string, string>[]> {
  const response = await fetch(`${env.PROVIDERS_ENDPOINT}${keyPaths[provider]}`)
  return ((await response.json()) as { keys: Record<string, string>[] }).keys
}

describe.each(openId)('an ID token of %s', (provider) => {
  const wrongs: [string, () => Record<string, unknown>][] = [
    ['another audience', () => ({ aud: 'another-app' })],
    ['a further audience', () => ({ aud: ['another-app', 'gatehouse-google'] })],
    ['an audience of another provider’s', () => ({ aud: 'gatehouse-github' })],
    ['another azp', () => ({ azp: 'another-app' })],
    ['another issuer', () => ({ iss: 'https://evil.example' })],
    ['no nonce', () => ({ nonce: null })],
    ['an end that is over', () => ({ exp: now() - 60, iat: now() - 4_000 })],
    ['no end', () => ({ exp: null })],
    ['no subject', () => ({ sub: null })],
    ['a start in the future', () => ({ nbf: now() + 600 })],
  ]

  it.each(wrongs)('is refused with %s', async (_name, changes) => {
    const proof = await nativeProof(provider, newPerson(), { changes: changes() })
    const answer = await nativeSignIn(provider, proof)
    expect(answer.status).toBe(401)
    expect(codeOf(answer)).toBe('PROVIDER_TOKEN_INVALID')
  })

  it('is refused for another nonce', async () => {
    const proof = await nativeProof(provider, newPerson())
    const answer = await nativeSignIn(provider, { ...proof, nonce: 'another' })
    expect(codeOf(answer)).toBe('PROVIDER_TOKEN_INVALID')
  })

  it('is taken where the provider was given the hash of the nonce', async () => {
    const nonce = crypto.randomUUID()
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(nonce))
    const hex = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0'))
    const proof = await nativeProof(provider, newPerson(), { nonce: hex.join('') })
    expect((await nativeSignIn(provider, { ...proof, nonce })).status).toBe(200)
  })

  it('is worth nothing alone where the provider was given a hash, which it says to everybody', async () => {
    const bytes = crypto.getRandomValues(new Uint8Array(32))
    for (const hash of [toHex(bytes), toBase64url(bytes)]) {
      const proof = await nativeProof(provider, newPerson(), { nonce: hash })
      const answer = await nativeSignIn(provider, { ...proof, nonce: hash })
      expect([answer.status, codeOf(answer)]).toEqual([401, 'PROVIDER_TOKEN_INVALID'])
    }
  })

  it('is refused without a signature', async () => {
    const { id_token = '', nonce } = await nativeProof(provider, newPerson())
    const [, payload] = partsOf(id_token)
    const [head, body] = new UnsecuredJWT(payload).encode().split('.')
    const tokens = [
      new UnsecuredJWT(payload).encode(),
      `${head}.${body}.AAAA`,
      `${id_token.split('.').slice(0, 2).join('.')}.`,
      `${id_token.split('.').slice(0, 2).join('.')}.AAAA`,
    ]
    for (const token of tokens) {
      const answer = await nativeSignIn(provider, { id_token: token, nonce })
      expect(codeOf(answer)).toBe('PROVIDER_TOKEN_INVALID')
    }
  })

  it('is refused where the public key was taken for a shared secret', async () => {
    const { id_token = '', nonce } = await nativeProof(provider, newPerson())
    const [header, payload] = partsOf(id_token)
    const [key] = await publicKeys(provider)
    for (const secret of [key?.n ?? '', JSON.stringify(key)]) {
      const forged = await new SignJWT(payload)
        .setProtectedHeader({ ...header, alg: 'HS256' })
        .sign(new TextEncoder().encode(secret))
      const answer = await nativeSignIn(provider, { id_token: forged, nonce })
      expect(codeOf(answer)).toBe('PROVIDER_TOKEN_INVALID')
    }
  })

  it('is refused under another key, whatever its header says', async () => {
    const { id_token = '', nonce } = await nativeProof(provider, newPerson())
    const [header, payload] = partsOf(id_token)
    const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true })
    const jwk = await exportJWK(publicKey)
    const headers = [
      { ...header },
      { ...header, jwk },
      { ...header, jku: 'https://evil.example/keys' },
      { ...header, x5u: 'https://evil.example/chain' },
      { ...header, kid: 'unknown' },
      { alg: 'RS256' },
    ]
    for (const each of headers) {
      const forged = await new SignJWT(payload)
        .setProtectedHeader({ ...each, alg: 'RS256' })
        .sign(privateKey)
      const answer = await nativeSignIn(provider, { id_token: forged, nonce })
      expect(codeOf(answer)).toBe('PROVIDER_TOKEN_INVALID')
    }
  })

  it('is refused with a changed claim', async () => {
    const { id_token = '', nonce } = await nativeProof(provider, newPerson())
    const [head, , signature] = id_token.split('.')
    const [, payload] = partsOf(id_token)
    const body = btoa(JSON.stringify({ ...payload, sub: '1' })).replace(/=+$/, '')
    const answer = await nativeSignIn(provider, { id_token: `${head}.${body}.${signature}`, nonce })
    expect(codeOf(answer)).toBe('PROVIDER_TOKEN_INVALID')
  })

  it('is refused at the door of another provider', async () => {
    const proof = await nativeProof(provider, newPerson())
    for (const other of openId.filter((name) => name !== provider)) {
      expect(codeOf(await nativeSignIn(other, proof))).toBe('PROVIDER_TOKEN_INVALID')
    }
  })

  it('must be verified in its address', async () => {
    const taken = await newUser()
    const before = await userOf(taken)
    const proof = await nativeProof(provider, newPerson({ email: taken, email_verified: false }))
    const answer = await nativeSignIn(provider, proof)
    expect(answer.status).toBe(403)
    expect(codeOf(answer)).toBe('EMAIL_NOT_VERIFIED')
    expect(await userOf(taken)).toEqual(before)
  })

  it('cannot be checked while the keys of the provider are away: nothing is decided', async () => {
    const proof = await nativeProof(provider, newPerson())
    const away = serviceWith({ PROVIDERS_ENDPOINT: `${env.SES_ENDPOINT}/nothing` })
    const answer = await away(`/api/v1/auth/social/${provider}`, json(proof))
    // The inbox knows no such address, so it is not the token that is at fault.
    expect(codeOf(answer)).toBe('PROVIDER_UNAVAILABLE')
    expect(answer.status).toBe(503)
    expect(Number(answer.headers.get('Retry-After'))).toBeGreaterThan(0)
    expect((await nativeSignIn(provider, proof)).status).toBe(200)
  })

  it.each(['', 'a.b', 'a.b.c.d', '..', 'a'.repeat(20_000), 'é.é.é', '{}.{}.{}'])(
    'is refused as %.20j',
    async (token) => {
      const { status } = await nativeSignIn(provider, { id_token: token, nonce: 'nonce' })
      expect([401, 422]).toContain(status)
    },
  )
})

it('takes Google’s token for the website that an app of ours asked for', async () => {
  const changes = { azp: 'gatehouse-google-android' }
  const proof = await nativeProof('google', newPerson(), { changes })
  expect((await nativeSignIn('google', proof)).status).toBe(200)
})

describe.each(['facebook', 'github'] as const)('an access token of %s', (provider) => {
  it('of another app is refused', async () => {
    const proof = await nativeProof(provider, newPerson(), { client: '2000000000000002' })
    const answer = await nativeSignIn(provider, proof)
    expect(answer.status).toBe(401)
    expect(codeOf(answer)).toBe('PROVIDER_TOKEN_INVALID')
  })

  it('that nobody gave out is refused', async () => {
    const answer = await nativeSignIn(provider, { access_token: 'made-up' })
    expect(codeOf(answer)).toBe('PROVIDER_TOKEN_INVALID')
  })

  it('cannot be checked while the provider is away', async () => {
    const fault = { at: 'profile', status: 502 } as const
    const answer = await nativeSignIn(provider, await nativeProof(provider, newPerson(), { fault }))
    expect(answer.status).toBe(503)
    expect(codeOf(answer)).toBe('PROVIDER_UNAVAILABLE')
  })

  it('does not pass for an ID token, nor the reverse', async () => {
    const proof = await nativeProof(provider, newPerson())
    expect(codeOf(await nativeSignIn('google', proof))).toBe('PROVIDER_TOKEN_INVALID')
    const idToken = await nativeProof('google', newPerson())
    expect(codeOf(await nativeSignIn(provider, idToken))).toBe('PROVIDER_TOKEN_INVALID')
  })
})

it('is refused by Facebook’s word where the profile is another person’s', async () => {
  const proof = await nativeProof('facebook', newPerson(), { changes: { id: '42' } })
  expect(codeOf(await nativeSignIn('facebook', proof))).toBe('PROVIDER_TOKEN_INVALID')
})

it('knows no other provider', async () => {
  const { status } = await call('/api/v1/auth/social/example', { id_token: 'a.b.c', nonce: 'n' })
  expect(status).toBe(404)
})

it('asks for a nonce', async () => {
  const { id_token } = await nativeProof('google', newPerson())
  expect((await call('/api/v1/auth/social/google', { id_token })).status).toBe(422)
})

it('writes a wrong token into the trail, without it', async () => {
  const answer = await nativeSignIn('google', { id_token: 'a.b.c', nonce: 'nonce' })
  const event = await row('select * from audit_events where request_id = $1', [
    answer.headers.get('X-Request-Id'),
  ])
  expect(event).toMatchObject({ action: 'sign_in.refused', reason: 'provider_token_invalid' })
})

describe.each(openId)('a tenant that names the apps of its own, %s', (provider) => {
  const client = 'shop.example-1234'
  const of = async (tenant: TestTenant, from?: string) => {
    const how = from ? { client: from } : {}
    return nativeSignIn(provider, await nativeProof(provider, newPerson(), how), tenant.headers)
  }
  const ofOurs = (tenant: TestTenant) => of(tenant, client)

  it('takes their tokens, and no other tenant does', async () => {
    const tenant = await newTenant({ nativeClients: { [provider]: [client] } })
    expect((await ofOurs(tenant)).status).toBe(200)
    for (const other of [await newTenant(), defaultTenant]) {
      const refused = await ofOurs(other)
      expect([refused.status, codeOf(refused)]).toEqual([401, 'PROVIDER_TOKEN_INVALID'])
    }
  })

  it('takes none of the operator’s apps, which other tenants use', async () => {
    const tenant = await newTenant({ nativeClients: { [provider]: [client] } })
    expect(codeOf(await of(tenant))).toBe('PROVIDER_TOKEN_INVALID')
    const emptied = await newTenant({ nativeClients: { [provider]: [] } })
    expect((await of(emptied)).status).toBe(200)
  })

  it('links by them too', async () => {
    const tenant = await newTenant({ nativeClients: { [provider]: [client] } })
    const token = await preparedSession(await preparedUserIn(tenant), 'aal1')
    const link = async (how: { client?: string }) => {
      const proof = await nativeProof(provider, newPerson(), how)
      const path = `/api/v1/auth/identities/${provider}`
      return call(path, { ...proof }, { token, headers: tenant.headers })
    }
    expect(codeOf(await link({}))).toBe('PROVIDER_TOKEN_INVALID')
    expect((await link({ client })).status).toBe(201)
  })

  it('takes no more of one that was taken off, whatever an isolate remembers', async () => {
    const named = { nativeClients: { [provider]: [client, 'shop.example-5678'] } }
    const tenant = await newTenant(named)
    const left = { nativeClients: { [provider]: ['shop.example-5678'] } }
    await changeSettings(tenant, left, 'not told')
    const refused = await ofOurs(tenant)
    expect([refused.status, codeOf(refused)]).toEqual([403, 'SIGN_IN_METHOD_CLOSED'])
    await changeSettings(tenant, { ...left, minimumAge: 16 }, 'not told')
    expect((await of(tenant, 'shop.example-5678')).status).toBe(200)
  })
})
