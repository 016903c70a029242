import { describe, expect, it } from 'vitest'
import { call } from '../support/client.ts'
import { ownSite, site } from '../support/site.ts'

const routes = [
  'GET /readyz',
  'GET /.well-known/jwks.json',
  'GET /.well-known/openid-configuration',
  'GET /.well-known/revocations',
  'GET /openapi.json',
  'GET /docs',
  'GET /api/v1',
  'GET /api/v1/auth/me',
  'POST /api/v1/auth/login',
  'POST /api/v1/auth/register',
  'POST /api/v1/auth/refresh',
  'GET /no/such/route',
]

const example = 'A'.repeat(43)

describe('a Worker that is configured with', () => {
  it.concurrent.each([
    ['no key', () => ({ AUDIT_KEYS: '' })],
    ['a short key', () => ({ REFRESH_KEYS: 'k1:c2hvcnQ' })],
    ['an example in place of a key', () => ({ PASSWORD_PEPPERS: `k1:${example}` })],
    ['an example in place of a signing key', () => ({ JWT_KEYS: withCurrent({ d: example }) })],
  ])('%s serves nothing but its sign of life', async (_title, changes) => {
    const worker = await ownSite().addWorker(changes())
    for (const route of routes) {
      const [method = '', path = ''] = route.split(' ')
      const answer = await call(worker, path, method === 'POST' ? {} : undefined)
      expect([route, answer.status, answer.code]).toEqual([route, 503, 'MISCONFIGURED'])
      expect(Number(answer.headers.get('Retry-After'))).toBeGreaterThan(0)
    }
    expect(await call(worker, '/healthz')).toMatchObject({ status: 200 })
  })
})

/** The signing keys with a change in the current one. */
function withCurrent(changes: Record<string, string>): string {
  const keys = JSON.parse(site().variables.JWT_KEYS ?? '')
  return JSON.stringify({ ...keys, current: { ...keys.current, ...changes } })
}
