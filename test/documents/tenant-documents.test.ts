import { env } from 'cloudflare:test'
import { decodeJwt } from 'jose'
import { describe, expect, it } from 'vitest'
import { serviceWith } from '../http/service.ts'
import { call, cost, signIn } from '../support/client.ts'
import { newKey } from '../support/key.ts'
import { register } from '../support/passkey.ts'
import { preparedUserIn } from '../support/prepared.ts'
import { newTenant } from '../support/tenant.ts'

const fingerprint = Array.from({ length: 32 }, () => 'AB').join(':')
const settings = {
  androidApps: [{ package: 'example.tenant.app', fingerprint }],
  appleApps: ['ABCDE12345.example.tenant'],
  allowedOrigins: ['https://tenant-documents.example'],
}
const tenant = await newTenant(settings)
const slug = tenant.headers['X-Tenant']
const issuer = `${env.PUBLIC_URL}/t/${slug}`

describe('a document of a tenant', () => {
  const documents: [string, unknown][] = [
    ['/.well-known/webauthn', { origins: settings.allowedOrigins }],
    ['/.well-known/apple-app-site-association', { webcredentials: { apps: settings.appleApps } }],
    [
      '/.well-known/assetlinks.json',
      [{ target: { package_name: 'example.tenant.app', sha256_cert_fingerprints: [fingerprint] } }],
    ],
    ['/.well-known/openid-configuration', { issuer }],
  ]

  it.each(documents)('%s says what the settings say, at no cost', async (path, content) => {
    const answer = await call(path, undefined, tenant)
    expect(answer.body).toMatchObject(content as object)
    expect(cost(answer).db).toBe(0)
    expect(answer.headers.get('Vary')).toContain('X-Tenant')
    expect(answer.headers.get('Cache-Control')).toMatch(/^public, max-age=\d+$/)
  })

  it.each(documents)(
    '%s is found by a token too, and kept for that token alone',
    async (path, content) => {
      const { body } = await signIn(await preparedUserIn(tenant), tenant)
      const answer = await call(path, undefined, { token: body.access_token })
      expect(answer.body).toMatchObject(content as object)
      expect(answer.headers.get('Vary')?.split(/, */)).toContain('Authorization')
    },
  )

  it.each(documents)('%s is found by its host too', async (path, content) => {
    const service = serviceWith({ ALLOWED_HOSTS: 'localhost,*.tenants.example' })
    const { body } = await service(`https://${slug}.tenants.example${path}`)
    expect(body).toMatchObject(content as object)
  })

  it.each(documents)('%s is not the default tenant’s', async (path, content) => {
    expect((await call(path)).body).not.toMatchObject(content as object)
  })

  it.each(documents)('%s is not there for a tenant that is not there', async (path) => {
    const headers = { 'X-Tenant': 'nobody' }
    const { status, body } = await call(path, undefined, { headers })
    expect([status, body.code]).toEqual([404, 'TENANT_NOT_FOUND'])
  })
})

describe('an issuer', () => {
  it('that a token names has its metadata and keys below it, in both forms', async () => {
    const { body } = await signIn(await preparedUserIn(tenant), tenant)
    expect(decodeJwt(body.access_token).iss).toBe(issuer)
    const below = await call<{ issuer: string; jwks_uri: string }>(
      `/t/${slug}/.well-known/openid-configuration`,
    )
    expect(below.body.issuer).toBe(issuer)
    const behind = await call(`/.well-known/openid-configuration/t/${slug}`)
    expect(behind.body).toEqual(below.body)
    const { pathname } = new URL(below.body.jwks_uri)
    const keys = await call(pathname)
    expect(keys.body).toEqual((await call('/.well-known/jwks.json')).body)
    for (const answer of [below, behind, keys]) expect(cost(answer).db).toBe(0)
  })

  it('is the one of the path, whatever a header says', async () => {
    const path = `/t/${slug}/.well-known/openid-configuration`
    const { body } = await call(path, undefined, { headers: { 'X-Tenant': 'default' } })
    expect(body.issuer).toBe(issuer)
  })

  it('that is not there has none', async () => {
    for (const path of [
      '/t/nobody/.well-known/openid-configuration',
      '/t/nobody/.well-known/jwks.json',
      '/.well-known/openid-configuration/t/nobody',
    ]) {
      expect((await call(path)).status).toBe(404)
    }
  })
})

it('a passkey is taken from the pages and apps of its tenant, and from no other’s', async () => {
  const made = async (from: string) => {
    const { body } = await signIn(await preparedUserIn(tenant), tenant)
    const answer = await register(
      body.access_token,
      await newKey(),
      'passkey',
      { origin: from },
      tenant.headers,
    )
    return answer.status
  }
  const hash = btoa(String.fromCharCode(...Array<number>(32).fill(0xab)))
  const apk = `android:apk-key-hash:${hash.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`
  expect(await made('https://tenant-documents.example')).toBe(201)
  expect(await made(apk)).toBe(201)
  expect(await made(env.PUBLIC_URL)).toBe(201)
  expect(await made('http://localhost:5173')).toBe(400)
  expect(await made('https://other.example')).toBe(400)
})
