import { env } from 'cloudflare:test'
import { decodeJwt } from 'jose'
import { describe, expect, it } from 'vitest'
import { send, serviceWith } from '../http/service.ts'
import { newSession } from '../support/client.ts'

describe('/.well-known/openid-configuration', () => {
  const path = '/.well-known/openid-configuration'

  it('names the issuer that stands in the tokens', async () => {
    const { body } = await send(path)
    const { access_token: token } = await newSession()
    expect(body.issuer).toBe(env.PUBLIC_URL)
    expect(decodeJwt(token).iss).toBe(body.issuer)
    expect(body.id_token_signing_alg_values_supported).toEqual(['ES256'])
  })

  it('leads only to documents that are there', async () => {
    const { body } = await send(path)
    const links = Object.entries(body).filter(([name]) => /_uri$|_documentation$/.test(name))
    expect(links.map(([name]) => name)).toEqual(
      expect.arrayContaining(['jwks_uri', 'revocations_uri']),
    )
    for (const [name, link] of links) expect((await send(String(link))).status, name).toBe(200)
  })

  it('takes its addresses from the configuration, never from the request', async () => {
    const headers = {
      'X-Forwarded-Host': 'evil.example',
      'X-Forwarded-Proto': 'http',
      Forwarded: 'host=evil.example',
    }
    const asked = await send(`http://127.0.0.1:9999${path}`, { headers })
    expect(asked.body).toEqual((await send(path)).body)
    const elsewhere = await serviceWith({
      PUBLIC_URL: 'https://auth.example/',
      ALLOWED_HOSTS: 'localhost',
    })(path)
    expect(elsewhere.body).toMatchObject({
      issuer: 'https://auth.example',
      jwks_uri: 'https://auth.example/.well-known/jwks.json',
    })
  })

  it('may be kept', async () => {
    expect((await send(path)).headers.get('Cache-Control')).toMatch(/^public, max-age=[1-9]/)
  })
})

describe('/.well-known/webauthn', () => {
  it('lists the origins that may use a passkey of ours, and no other', async () => {
    const { body, headers } = await send('/.well-known/webauthn')
    expect(Object.keys(body)).toEqual(['origins'])
    const expected = [new URL(env.PUBLIC_URL).origin, ...env.ALLOWED_ORIGINS.split(',')]
    expect([...(body.origins as string[])].sort()).toEqual([...new Set(expected)].sort())
    expect(headers.get('Content-Type')).toBe('application/json')
    expect(headers.get('Cache-Control')).toMatch(/^public, max-age=[1-9]/)
  })
})

describe('/api/v1', () => {
  it('says name, version and that it runs', async () => {
    const { status, body } = await send('/api/v1')
    expect(status).toBe(200)
    expect(body).toEqual({
      name: 'gatehouse',
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      status: 'ok',
    })
  })
})

describe('/.well-known/change-password', () => {
  it('leads to a page of ours that is there', async () => {
    const answer = await send('/.well-known/change-password')
    expect(answer.status).toBe(302)
    const location = new URL(answer.headers.get('Location') ?? '', env.PUBLIC_URL)
    expect(location.origin).toBe(new URL(env.PUBLIC_URL).origin)
    const page = await env.ASSETS.fetch(location)
    expect(page.status).toBe(200)
    expect(page.headers.get('Content-Type')).toContain('text/html')
  })

  it('leads there whoever asks, and takes nothing from the request', async () => {
    const plain = await send('/.well-known/change-password')
    const answer = await send('/.well-known/change-password?next=https://evil.example', {
      headers: { 'X-Forwarded-Host': 'evil.example', Referer: 'https://evil.example' },
    })
    expect(answer.headers.get('Location')).toBe(plain.headers.get('Location'))
  })
})
