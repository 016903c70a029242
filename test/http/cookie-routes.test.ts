import { describe, expect, it } from 'vitest'
import { origin } from '../support/client.ts'
import { cookieMode, type Headers } from './browser.ts'
import { filled, openApi } from './operations.ts'
import { expectProblem } from './problem-document.ts'
import { type Sent, send } from './service.ts'

/**
 * Written down by hand: the routes that take, set or take away a cookie by which a browser is known. A foreign page
 * could sign its visitor out by one that does not look at the origin, or in to an account of its own.
 */
const table = [
  'POST /auth/register',
  'POST /auth/login',
  'POST /auth/otp/verify',
  // Sets the cookie of who asked, which the link is bound to.
  'POST /auth/magic-link',
  'POST /auth/magic-link/verify',
  'POST /auth/webauthn/login/verify',
  'POST /auth/oauth/exchange',
  'POST /auth/social/{provider}',
  'POST /auth/mfa/verify',
  'POST /auth/refresh',
  'POST /auth/logout',
  'POST /auth/logout-all',
  'DELETE /auth/me',
]

const base = '/api/v1'

const refused: [string, Headers][] = [
  ['a foreign Origin', { Origin: 'https://evil.example' }],
  ['a foreign page', { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' }],
  ['a page of a sibling host', { 'Sec-Fetch-Site': 'same-site' }],
  ['no Origin', {}],
]

function knock(name: string, headers: Headers) {
  const [method = '', path = ''] = name.split(' ')
  const sent: Sent = { method, headers: { 'Content-Type': 'application/json', ...headers } }
  return send(`${base}${filled(path)}`, method === 'DELETE' ? sent : { ...sent, body: '{}' })
}

describe.each(table)('%s with the cookie transport', (name) => {
  it.each(refused)('is refused: %s', async (_name, headers) => {
    const answer = await knock(name, { ...cookieMode, ...headers })
    expectProblem(answer, 403, 'ORIGIN_NOT_ALLOWED')
    expect(answer.headers.getSetCookie()).toEqual([])
    expect(answer.headers.has('Clear-Site-Data')).toBe(false)
  })

  it('is heard from a page of ours', async () => {
    const { status, body } = await knock(name, { ...cookieMode, Origin: origin })
    expect([400, 401, 422]).toContain(status)
    expect(body.code).not.toBe('ORIGIN_NOT_ALLOWED')
  })
})

it('the document names the transport on these routes: a new one is put in here by hand', async () => {
  const { paths } = await openApi()
  const documented = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, { parameters = [] }]) => parameters.some((p) => p.name === 'X-Token-Transport'))
      .map(([method]) => `${method.toUpperCase()} ${path.replace(base, '')}`),
  )
  expect(documented.sort()).toEqual([...table].sort())
})
