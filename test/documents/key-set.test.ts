import { env } from 'cloudflare:test'
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import { keys } from '../http/access-tokens.ts'
import { send, serviceWith } from '../http/service.ts'
import { newSession } from '../support/client.ts'

const path = '/.well-known/jwks.json'
const { body, headers } = await send(path)
const set = body as unknown as JSONWebKeySet

describe('the key set', () => {
  it('holds the key that signs and the one that comes next', () => {
    expect(set.keys.map(({ kid }) => kid)).toEqual([keys.current.kid, keys.next.kid])
  })

  it('holds public parts only', () => {
    for (const key of set.keys) {
      expect(Object.keys(key).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
      expect(key).toMatchObject({ alg: 'ES256', crv: 'P-256', kty: 'EC', use: 'sig' })
    }
    expect(Object.keys(body)).toEqual(['keys'])
  })

  it('shows no secret of the Worker', () => {
    const secrets = [keys.current.d, keys.next.d, env.REFRESH_KEYS, env.PASSWORD_PEPPERS]
    for (const secret of secrets) expect(JSON.stringify(body)).not.toContain(secret)
  })

  it('verifies a token that was issued now, by its id', async () => {
    const { access_token: token, session_id: sid } = await newSession()
    expect(decodeProtectedHeader(token)).toMatchObject({ kid: keys.current.kid, typ: 'at+jwt' })
    const { payload } = await jwtVerify(token, createLocalJWKSet(set), {
      algorithms: ['ES256'],
      issuer: env.PUBLIC_URL,
      typ: 'at+jwt',
    })
    expect(payload).toMatchObject({ sid })
  })

  it('may be kept by a verifier for no longer than the next key waits', () => {
    expect(headers.get('Cache-Control')).toMatch(/^public, max-age=\d+$/)
    const age = Number(/max-age=(\d+)/.exec(headers.get('Cache-Control') ?? '')?.[1])
    expect(age).toBeGreaterThan(0)
    expect(age).toBeLessThanOrEqual(600)
  })
})

describe('through a rotation', () => {
  const rotated = { current: keys.next, next: null, previous: keys.current }
  const service = serviceWith({ JWT_KEYS: JSON.stringify(rotated) })

  it('the old key stays published beside the new one', async () => {
    const answer = (await service(path)).body as unknown as JSONWebKeySet
    expect(answer.keys.map(({ kid }) => kid)).toEqual([keys.next.kid, keys.current.kid])
    expect(answer.keys.every((key) => !('d' in key))).toBe(true)
  })

  it('a token of before and one of after both open the door, on both sides', async () => {
    const { access_token: before, refresh_token } = await newSession()
    const refreshed = await service('/api/v1/auth/refresh', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ refresh_token }),
    })
    const after = String(refreshed.body.access_token)
    expect(decodeProtectedHeader(after).kid).toBe(keys.next.kid)
    for (const token of [before, after]) {
      for (const ask of [send, service]) {
        const answer = await ask('/api/v1/auth/me', {
          headers: { Authorization: `Bearer ${token}` },
        })
        expect(answer.status).toBe(200)
      }
    }
  })
})
