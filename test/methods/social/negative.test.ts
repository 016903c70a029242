import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import type { Answer } from '../../support/client.ts'
import { row } from '../../support/database.ts'
import { preparedUser } from '../../support/prepared.ts'
import { codeOf, fieldCodes } from '../../support/problem.ts'
import {
  approve,
  begin,
  comeBack,
  landing,
  nativeProof,
  nativeSignIn,
  newApp,
  newPerson,
  type ProviderName,
  providerNames,
  redirectTo,
  throughProvider,
} from './browser.ts'

const now = () => Math.floor(Date.now() / 1000)

/** What stands in the trail of the refusal that this answer is: the public word, and the check behind it. */
async function trailOf(answer: Answer<unknown>): Promise<[string, string, string]> {
  const { reason, details } = await row<{
    reason: string
    details: { provider: string; cause: string }
  }>(
    "select reason, details from audit_events where request_id = $1 and action = 'sign_in.refused' and outcome = 'failure'",
    [answer.headers.get('X-Request-Id')],
  )
  return [reason, details.provider, details.cause]
}

const openId: ProviderName[] = ['google', 'apple', 'microsoft']

/** Claims that a provider's own key signs, and the check that refuses them: each its own. */
const claims: [string, () => Record<string, unknown>, string][] = [
  ['another issuer', () => ({ iss: 'https://evil.example' }), 'token: iss'],
  ['another audience', () => ({ aud: 'another-app' }), 'token: aud'],
  ['another azp', () => ({ azp: 'another-app' }), 'token: azp'],
  ['another nonce', () => ({ nonce: 'another' }), 'token: nonce'],
  ['no nonce', () => ({ nonce: null }), 'token: nonce missing'],
  [
    'an end that is over',
    () => ({ exp: now() - 60, iat: now() - 4_000 }),
    'token: exp check_failed',
  ],
  ['no end', () => ({ exp: null }), 'token: exp missing'],
  ['a start in the future', () => ({ nbf: now() + 600 }), 'token: nbf check_failed'],
  ['an issue in the future', () => ({ iat: now() + 600, exp: now() + 4_000 }), 'token: iat'],
  ['no subject', () => ({ sub: null }), 'token: sub missing'],
]

describe.each(openId)('a token of %s', (provider) => {
  it.each(claims)('with %s is refused at both doors', async (_name, changes, cause) => {
    const web = await throughProvider(provider, newPerson(), { changes: changes() })
    expect(web.error).toBe('PROVIDER_TOKEN_INVALID')
    const proof = await nativeProof(provider, newPerson(), { changes: changes() })
    const native = await nativeSignIn(provider, proof)
    expect([native.status, codeOf(native)]).toEqual([401, 'PROVIDER_TOKEN_INVALID'])
    for (const answer of [web.answer, native]) {
      expect(await trailOf(answer)).toEqual(['provider_token_invalid', provider, cause])
    }
  })

  it('under no key, a shared or an unknown one, or none of the provider’s, is refused', async () => {
    const { id_token = '', nonce } = await nativeProof(provider, newPerson())
    const [header, payload] = id_token
      .split('.')
      .slice(0, 2)
      .map((part) => JSON.parse(atob(part.replaceAll('-', '+').replaceAll('_', '/'))))
    const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true })
    const signed = (changes: object) =>
      new SignJWT(payload).setProtectedHeader({ ...header, ...changes }).sign(privateKey)
    const secret = new TextEncoder().encode(JSON.stringify(await exportJWK(publicKey)))
    const mac = new SignJWT(payload).setProtectedHeader({ ...header, alg: 'HS256' }).sign(secret)
    const [, body] = id_token.split('.')
    const none = `${btoa(JSON.stringify({ ...header, alg: 'none' })).replace(/=+$/, '')}.${body}`
    const forged: [string, string][] = [
      [`${none}.`, 'token: shape'],
      [`${none}.AAAA`, 'token: alg none'],
      [await mac, 'token: alg HS256'],
      [await signed({ kid: 'unknown' }), 'token: unknown key'],
      [await signed({}), 'token: ERR_JWS_SIGNATURE_VERIFICATION_FAILED'],
    ]
    for (const [token, cause] of forged) {
      const answer = await nativeSignIn(provider, { id_token: token, nonce })
      expect([answer.status, codeOf(answer)]).toEqual([401, 'PROVIDER_TOKEN_INVALID'])
      expect(await trailOf(answer)).toEqual(['provider_token_invalid', provider, cause])
    }
  })
})

it.each(['facebook', 'github'] as const)(
  'a token of %s for another app is refused',
  async (provider) => {
    const proof = await nativeProof(provider, newPerson(), { client: '2000000000000002' })
    const answer = await nativeSignIn(provider, proof)
    expect(codeOf(answer)).toBe('PROVIDER_TOKEN_INVALID')
    const [reason, name, cause] = await trailOf(answer)
    expect([reason, name]).toEqual(['provider_token_invalid', provider])
    expect(cause).not.toBe(reason)
  },
)

describe.each(providerNames)('an answer of %s', (provider) => {
  it('with the state of another browser is refused', async () => {
    const begun = await begin(provider, await newApp())
    const answer = await approve(begun, newPerson())
    const [pair = ''] = begun.cookie.split('=')
    const foreign = (await begin(provider, await newApp())).cookie.split('=')[1]
    for (const [cookie, cause] of [
      ['', 'state: no cookie'],
      [`${pair}=${foreign}`, 'state: not opened'],
    ] as const) {
      const refused = await comeBack(answer, cookie)
      expect([refused.status, codeOf(refused)]).toEqual([400, 'OAUTH_STATE_INVALID'])
      expect(await trailOf(refused)).toEqual(['oauth_state_invalid', provider, cause])
    }
  })

  it('at the door of another provider is refused', async () => {
    const begun = await begin(provider, await newApp())
    const answer = await approve(begun, newPerson())
    const other = provider === 'google' ? 'github' : 'google'
    const path = answer.path.replace(provider, other)
    const refused = await comeBack({ ...answer, path, form: false }, begun.cookie)
    expect(codeOf(refused)).toBe('OAUTH_STATE_INVALID')
    const trail = ['oauth_state_invalid', other, 'state: another provider']
    expect(await trailOf(refused)).toEqual(trail)
  })

  it('that names another issuer is refused', async () => {
    const begun = await begin(provider, await newApp())
    const answer = await approve(begun, newPerson())
    const fields = { ...answer.fields, iss: 'https://evil.example' }
    const refused = await comeBack({ ...answer, fields }, begun.cookie)
    expect(landing(refused)).toEqual({ error: 'PROVIDER_ERROR' })
    expect(await trailOf(refused)).toEqual(['provider_error', provider, 'iss'])
  })

  it('that comes again is refused, whether or not the provider takes its code again', async () => {
    for (const [orders, cause] of [
      [{ fault: { at: 'spend' } }, /^answered before$/],
      [{}, /^(?!answered before|provider_error)./],
    ] as const) {
      const begun = await begin(provider, await newApp())
      const answer = await approve(begun, newPerson(), orders)
      expect(landing(await comeBack(answer, begun.cookie))).toHaveProperty('code')
      const again = await comeBack(answer, begun.cookie)
      expect(landing(again)).toEqual({ error: 'PROVIDER_ERROR' })
      const [reason, name, told] = await trailOf(again)
      expect([reason, name, told]).toEqual([
        'provider_error',
        provider,
        expect.stringMatching(cause),
      ])
    }
  })

  it('with an address that is not verified is refused, also where it is another user’s', async () => {
    for (const email of [newPerson().email, await preparedUser()]) {
      const { error, answer } = await throughProvider(
        provider,
        newPerson({ email, email_verified: false }),
      )
      // Facebook leaves such an address out.
      const code = provider === 'facebook' ? 'EMAIL_REQUIRED' : 'EMAIL_NOT_VERIFIED'
      expect(error).toBe(code)
      const reason = code.toLowerCase()
      expect(await trailOf(answer)).toEqual([reason, provider, reason])
    }
  })

  it.each([
    'https://evil.example/auth/callback',
    `${redirectTo}/..`,
    `${redirectTo}?next=https://evil.example`,
    redirectTo.replace('//', '//localhost:3000@evil.example/'),
    '//evil.example',
    'javascript:alert(1)',
  ])('is never asked for on behalf of %s', async (address) => {
    const { answer, cookie } = await begin(provider, await newApp(), { redirect_to: address })
    expect([answer.status, fieldCodes(answer)]).toEqual([422, ['redirect_to REDIRECT_NOT_ALLOWED']])
    expect([cookie, answer.headers.get('Location')]).toEqual(['', null])
    expect(await trailOf(answer)).toEqual(['validation_failed', provider, 'redirect_to'])
  })
})
