import { describe, expect, it } from 'vitest'
import { limits } from '../../src/policy.ts'
import { randomAddress } from '../support/client.ts'
import { filled, operations } from './operations.ts'
import { expectProblem } from './problem-document.ts'
import { serviceWith } from './service.ts'

type Kind = keyof typeof limits

/**
 * What one address may ask of each route in a minute, written down by hand: every route that changes something or takes
 * a credential stands here once, and a new one is put in.
 */
const table = {
  // Ends in a session, by something that can be guessed or tried out.
  signIn: [
    'POST /auth/login',
    'POST /auth/otp/verify',
    'POST /auth/magic-link/verify',
    'POST /auth/webauthn/login/verify',
    'POST /auth/oauth/exchange',
    'POST /auth/social/{provider}',
  ],
  // Takes a code or a key of a second factor, or asks for the one that is taken next.
  mfa: [
    'POST /auth/mfa/verify',
    'POST /auth/mfa/challenge',
    'POST /auth/mfa/confirm',
    'POST /auth/mfa/disable',
    'POST /auth/webauthn/register/verify',
  ],
  write: [
    'POST /auth/register',
    'POST /auth/verify-email',
    'POST /auth/verify-email/resend',
    'POST /auth/forgot-password',
    'POST /auth/reset-password',
    'PUT /auth/change-password',
    'POST /auth/password-strength',
    'POST /auth/otp/send',
    'POST /auth/whatsapp',
    'POST /auth/magic-link',
    'POST /auth/webauthn/register/options',
    'POST /auth/webauthn/login/options',
    'PATCH /auth/webauthn/credentials/{id}',
    'DELETE /auth/webauthn/credentials/{id}',
    'GET /auth/oauth/{provider}',
    'GET /auth/oauth/{provider}/callback',
    'POST /auth/oauth/{provider}/callback',
    'POST /auth/identities/{id}',
    'DELETE /auth/identities/{id}',
    'POST /auth/mfa/enable',
    'POST /auth/mfa/backup-codes',
    'POST /auth/recover',
    'POST /auth/recover/verify',
    'POST /auth/recover/complete',
    'POST /auth/recover/cancel',
    'POST /auth/recover/not-me',
    'PATCH /auth/me',
    'DELETE /auth/me',
    'GET /auth/me/export',
    'POST /auth/me/email',
    'POST /auth/me/email/verify',
    'POST /auth/me/email/undo',
    'POST /auth/me/phone',
    'POST /auth/me/phone/verify',
    'POST /tenants',
    'PATCH /tenants/{slug}',
    'PATCH /tenants/{slug}/members/{user_id}',
    'DELETE /tenants/{slug}/members/{user_id}',
    'POST /tenants/{slug}/invitations',
    'DELETE /tenants/{slug}/invitations/{id}',
    'POST /invitations/accept',
    'POST /admin/users/import',
    'PATCH /admin/users/{id}',
    'DELETE /admin/users/{id}',
    'POST /admin/users/{id}/sessions/revoke',
    'POST /admin/users/{id}/password-reset',
    'POST /admin/audit/verify',
    'PUT /admin/app-versions/{platform}',
    'POST /admin/webhooks',
    'PATCH /admin/webhooks/{id}',
    'DELETE /admin/webhooks/{id}',
    'POST /admin/webhooks/{id}/rotate-secret',
    'POST /admin/webhooks/{id}/test',
    'POST /admin/webhooks/{id}/deliveries/{delivery}/replay',
  ],
  // The limit of everything alone.
  all: [
    // 256 random bits, and many people behind one address refresh at once.
    'POST /auth/refresh',
    // Only ever take authority away, from who shows it: nobody is kept from signing out.
    'POST /auth/logout',
    'POST /auth/logout-all',
    'DELETE /auth/sessions/{id}',
    'DELETE /auth/devices/{id}',
    // A question, for all its body.
    'POST /admin/forms/preview',
    // Signed, and from few addresses.
    'POST /webhooks/ses',
    'POST /webhooks/twilio',
    'POST /webhooks/whatsapp',
    'POST /webhooks/aws-sms',
  ],
} as const satisfies Record<Kind, string[]>

const kinds = Object.keys(table) as Kind[]
const written: [string, Kind][] = kinds.flatMap((kind) =>
  table[kind].map((name): [string, Kind] => [name, kind]),
)

const base = '/api/v1'
const routes = await operations()

/** Bindings that tell what they were asked; of one's own kind each refuses, so that nothing is done. */
function watched(asked: string[]): Record<string, RateLimit> {
  const binding = (name: string, success: boolean): RateLimit => ({
    async limit({ key }) {
      asked.push(`${name} ${key}`)
      return { success }
    },
  })
  return {
    LIMIT_SIGN_IN: binding('LIMIT_SIGN_IN', false),
    LIMIT_MFA: binding('LIMIT_MFA', false),
    LIMIT_WRITE: binding('LIMIT_WRITE', false),
    LIMIT_ALL: binding('LIMIT_ALL', true),
  }
}

const asked: string[] = []
const service = serviceWith(watched(asked))

/** What the bindings were asked of one request, and the answer. */
async function knock(name: string, headers: Record<string, string>) {
  const [method = '', path = ''] = name.split(' ')
  const type = path.endsWith('/import') ? 'application/x-ndjson' : 'application/json'
  const body = method === 'GET' ? {} : { body: '{}' }
  const sent = { method, headers: { ...headers, 'Content-Type': type }, ...body }
  asked.length = 0
  const answer = await service(`${base}${filled(path)}`, sent)
  return { answer, asked: [...asked] }
}

const binding = { signIn: 'LIMIT_SIGN_IN', mfa: 'LIMIT_MFA', write: 'LIMIT_WRITE' }

describe('the table of limits', () => {
  it('has every route that changes something, once', () => {
    const changing = routes.filter(({ method }) => method !== 'GET').map(({ name }) => name)
    const rows = written.map(([name]) => name.replace(' ', ` ${base}`))
    expect(rows.filter((name) => !name.startsWith('GET ')).sort()).toEqual(changing.sort())
    expect(new Set(rows).size).toBe(rows.length)
  })

  it.each(written)('is what the edge enforces: %s, %s', async (name, kind) => {
    const address = randomAddress()
    const { answer, asked } = await knock(name, { 'CF-Connecting-IP': address })
    const everything = `LIMIT_ALL all:${address}`
    if (kind === 'all') {
      expect(asked).toEqual([everything])
      return expect(answer.status).not.toBe(429)
    }
    expect(asked).toEqual([everything, `${binding[kind]} ${kind}:${address}`])
    expectProblem(answer, 429, 'RATE_LIMITED')
    const { name: policy, quota, windowSeconds } = limits[kind]
    expect(answer.headers.get('RateLimit-Policy')).toBe(`"${policy}";q=${quota};w=${windowSeconds}`)
  })

  it('leaves everything else to the limit of all together', async () => {
    const reading = routes.filter(({ method, name }) => {
      const row = name.replace(` ${base}`, ' ')
      return method === 'GET' && !written.some(([known]) => known === row)
    })
    expect(reading.length).toBeGreaterThan(20)
    for (const { path } of reading) {
      const address = randomAddress()
      asked.length = 0
      await service(filled(path), { headers: { 'CF-Connecting-IP': address } })
      expect(asked, path).toEqual([`LIMIT_ALL all:${address}`])
    }
  })

  it('is of 10 sign-ins, 10 second factors and 30 writes a minute', () => {
    const quotas = kinds.map((kind) => [kind, limits[kind].quota, limits[kind].windowSeconds])
    expect(quotas).toEqual([
      ['signIn', 10, 60],
      ['mfa', 10, 60],
      ['write', 30, 60],
      ['all', 1_200, 60],
    ])
  })
})
