import { env } from 'cloudflare:workers'
import { OAuth2Tokens } from 'arctic'
import { describe, expect, it } from 'vitest'
import type { Config } from '../../../src/config.ts'
import { providers } from '../../../src/methods/social/providers.ts'
import { json, serviceWith, withoutDatabase } from '../../http/service.ts'
import { call, cost, randomEmail, registration } from '../../support/client.ts'
import { row, rows, setUser, userOf } from '../../support/database.ts'
import { preparedSignIn, preparedUser } from '../../support/prepared.ts'
import { codeOf, fieldCodes } from '../../support/problem.ts'
import { changeSettings, newTenant } from '../../support/tenant.ts'
import {
  approve,
  begin,
  comeBack,
  exchange,
  landing,
  newApp,
  newPerson,
  providerNames,
  readAnswer,
  redirectTo,
  signInWith,
  throughProvider,
} from './browser.ts'

const verifier = 'v'.repeat(43)

describe('the beginning', () => {
  it.each([
    ['another host', 'https://evil.example/auth/callback'],
    ['another path', `${redirectTo}/more`],
    ['a query', `${redirectTo}?next=https://evil.example`],
    ['another scheme', redirectTo.replace('http', 'https')],
    ['a user before the host', redirectTo.replace('//', '//localhost:3000@evil.example/')],
    ['another case', redirectTo.replace('auth', 'Auth')],
    ['a trailing slash', `${redirectTo}/`],
    ['a script', 'javascript:alert(1)'],
    ['nothing', ''],
  ])('refuses a way back that is not in the list: %s', async (_name, address) => {
    const { answer, cookie } = await begin('google', await newApp(), { redirect_to: address })
    expect(answer.status).toBe(422)
    expect(fieldCodes(answer)).toEqual(['redirect_to REDIRECT_NOT_ALLOWED'])
    expect(cookie).toBe('')
  })

  it.each(['image', 'iframe', 'empty'])(
    'plants no cookie for what asks for an %s',
    async (dest) => {
      const query = new URLSearchParams({
        redirect_to: redirectTo,
        code_challenge: 'a'.repeat(43),
        code_challenge_method: 'S256',
      })
      const path = `/api/v1/auth/oauth/apple?${query}`
      const answer = await call(path, undefined, { headers: { 'Sec-Fetch-Dest': dest } })
      expect([answer.status, answer.headers.get('Set-Cookie')]).toEqual([404, null])
      const page = await call(path, undefined, { headers: { 'Sec-Fetch-Dest': 'document' } })
      expect([page.status, page.headers.get('Set-Cookie')]).toEqual([302, expect.any(String)])
    },
  )

  it('takes the list of the tenant', async () => {
    const own = 'https://shop.example/callback'
    const tenant = await newTenant({ redirectUrls: [own] })
    const slug = tenant.headers['X-Tenant']
    const app = await newApp()
    expect((await begin('google', app, { tenant: slug, redirect_to: own })).answer.status).toBe(302)
    expect((await begin('google', app, { tenant: slug })).answer.status).toBe(422)
    expect((await begin('google', app, { redirect_to: own })).answer.status).toBe(422)
  })

  it.each([
    ['to sign in', {}, 'told'],
    ['to sign in, of which the isolate has not heard', {}, 'not told'],
    ['to link', { link: 'true' }, 'not told'],
  ] as const)('is judged again at the end, %s', async (_name, query, told) => {
    const tenant = await newTenant({ redirectUrls: [redirectTo] })
    const begun = await begin('google', await newApp(), {
      tenant: tenant.headers['X-Tenant'],
      ...query,
    })
    const answer = await approve(begun, newPerson())
    await changeSettings(tenant, { redirectUrls: ['https://shop.example/callback'] }, told)
    const back = await comeBack(answer, begun.cookie)
    expect([back.status, codeOf(back)]).toEqual([400, 'OAUTH_STATE_INVALID'])
    expect(back.headers.get('Location')).toBeNull()
    expect(await rows('select 1 from exchange_codes where tenant_id = $1', [tenant.id])).toEqual([])
    const refused = await rows<{ cause: string }>(
      `select details->>'cause' as cause from audit_events where tenant_id = $1 and action = 'sign_in.refused'`,
      [tenant.id],
    )
    expect(refused).toEqual([{ cause: 'redirect_to' }])
  })

  it('goes on where settings moved and the way back stayed', async () => {
    const tenant = await newTenant({ redirectUrls: [redirectTo] })
    const begun = await begin('google', await newApp(), { tenant: tenant.headers['X-Tenant'] })
    const answer = await approve(begun, newPerson())
    await changeSettings(
      tenant,
      { redirectUrls: [redirectTo, 'https://shop.example/'] },
      'not told',
    )
    expect(landing(await comeBack(answer, begun.cookie)).code).toBeDefined()
  })

  it('asks for PKCE of the app, and of the strong kind', async () => {
    const plain = { code_challenge_method: 'plain' }
    expect((await begin('google', await newApp(), plain)).answer.status).toBe(422)
    const short = { verifier, challenge: 'short' }
    expect((await begin('google', short)).answer.status).toBe(422)
    const { status } = await call(
      `/api/v1/auth/oauth/google?redirect_to=${encodeURIComponent(redirectTo)}`,
    )
    expect(status).toBe(422)
  })

  it('knows no other provider, and none that is off', async () => {
    expect((await begin('example', await newApp())).answer.status).toBe(404)
    expect((await begin('constructor', await newApp())).answer.status).toBe(404)
    const off = serviceWith({ GOOGLE_CLIENT_IDS: '', GOOGLE_CLIENT_SECRET: '' })
    const query = `redirect_to=${redirectTo}&code_challenge=${'c'.repeat(43)}&code_challenge_method=S256`
    expect((await off(`/api/v1/auth/oauth/google?${query}`)).status).toBe(404)
  })
})

describe.each(providerNames)('an answer of %s', (provider) => {
  it('needs the cookie of the browser that began', async () => {
    const begun = await begin(provider, await newApp())
    const answer = await approve(begun, newPerson())
    const without = await comeBack(answer, '')
    expect(without.status).toBe(400)
    expect(codeOf(without)).toBe('OAUTH_STATE_INVALID')
    expect(without.headers.get('Location')).toBeNull()
    const other = await begin(provider, await newApp())
    expect(codeOf(await comeBack(answer, other.cookie))).toBe('OAUTH_STATE_INVALID')
  })

  it('needs the state of that cookie', async () => {
    const begun = await begin(provider, await newApp())
    const { fields, ...answer } = await approve(begun, newPerson())
    const { state = '' } = fields
    const changed = `${state.slice(0, 20)}${state[20] === 'A' ? 'B' : 'A'}${state.slice(21)}`
    for (const wrong of [changed, '', `${state}A`, state.slice(0, 42), 'x'.repeat(43)]) {
      const back = await comeBack({ ...answer, fields: { ...fields, state: wrong } }, begun.cookie)
      expect(codeOf(back)).toBe('OAUTH_STATE_INVALID')
    }
  })

  it('counts once', async () => {
    const begun = await begin(provider, await newApp())
    const answer = await approve(begun, newPerson())
    expect(landing(await comeBack(answer, begun.cookie))).toHaveProperty('code')
    expect(landing(await comeBack(answer, begun.cookie))).toEqual({ error: 'PROVIDER_ERROR' })
  })

  it('counts once, also where the provider would take its code again', async () => {
    const begun = await begin(provider, await newApp())
    const answer = await approve(begun, newPerson(), { fault: { at: 'spend' } })
    expect(landing(await comeBack(answer, begun.cookie))).toHaveProperty('code')
    expect(landing(await comeBack(answer, begun.cookie))).toEqual({ error: 'PROVIDER_ERROR' })
  })

  it('is told to the app when the person cancels', async () => {
    const begun = await begin(provider, await newApp())
    const cancelled = await fetch(`${begun.location}&cancel=1`, { redirect: 'manual' })
    const back = await comeBack(await readAnswer(cancelled), begun.cookie)
    expect(back.status).toBe(302)
    expect(landing(back)).toEqual({ error: 'PROVIDER_DENIED' })
  })

  it('with an error of the provider ends on the page of the app', async () => {
    const begun = await begin(provider, await newApp())
    const answer = await approve(begun, newPerson())
    const { state = '' } = answer.fields
    for (const error of ['server_error', 'invalid_scope', '<script>']) {
      const fields = { state, error }
      const back = await comeBack({ ...answer, fields }, begun.cookie)
      expect(landing(back)).toEqual({ error: 'PROVIDER_ERROR' })
    }
  })

  it('of an unknown code ends on the page of the app', async () => {
    const begun = await begin(provider, await newApp())
    const answer = await approve(begun, newPerson())
    const fields = { ...answer.fields, code: 'made-up' }
    expect(landing(await comeBack({ ...answer, fields }, begun.cookie))).toEqual({
      error: 'PROVIDER_ERROR',
    })
  })

  it('that is meant for another provider is refused', async () => {
    const begun = await begin(provider, await newApp())
    const answer = await approve(begun, newPerson())
    const other = provider === 'google' ? 'github' : 'google'
    const path = answer.path.replace(provider, other)
    const back = await comeBack({ ...answer, path, form: false }, begun.cookie)
    expect(codeOf(back)).toBe('OAUTH_STATE_INVALID')
  })

  it('that names another issuer is refused (RFC 9207)', async () => {
    const begun = await begin(provider, await newApp())
    const answer = await approve(begun, newPerson())
    const fields = { ...answer.fields, iss: 'https://evil.example' }
    expect(landing(await comeBack({ ...answer, fields }, begun.cookie))).toEqual({
      error: 'PROVIDER_ERROR',
    })
  })

  it('does not pass from one verifier of ours to another', async () => {
    const person = newPerson()
    const [first, second] = [
      await begin(provider, await newApp()),
      await begin(provider, await newApp()),
    ]
    const [one, two] = [await approve(first, person), await approve(second, person)]
    const fields = { ...two.fields, code: one.fields.code ?? '' }
    expect(landing(await comeBack({ ...two, fields }, second.cookie))).toEqual({
      error: 'PROVIDER_ERROR',
    })
  })

  it('is answered soon when the provider is down, and the next try works', async () => {
    const person = newPerson()
    const down = { fault: { at: 'token', status: 503 } } as const
    expect((await throughProvider(provider, person, down)).error).toBe('PROVIDER_UNAVAILABLE')
    expect((await signInWith(provider, person)).body.user_created).toBe(true)
  })
})

it('takes an answer that names the right issuer', async () => {
  const begun = await begin('google', await newApp())
  const answer = await approve(begun, newPerson())
  const fields = { ...answer.fields, iss: `${env.PROVIDERS_ENDPOINT}/google` }
  expect(landing(await comeBack({ ...answer, fields }, begun.cookie))).toHaveProperty('code')
})

it('does not wait for a provider that is silent', async () => {
  const slow = { fault: { at: 'token', delayMs: 8_000 } } as const
  expect((await throughProvider('google', newPerson(), slow)).error).toBe('PROVIDER_UNAVAILABLE')
})

it.each(['facebook', 'github'])(
  'does not lose a person when the profile of %s fails',
  async (name) => {
    const person = newPerson()
    const down = { fault: { at: 'profile', status: 500 } } as const
    expect((await throughProvider(name, person, down)).error).toBe('PROVIDER_UNAVAILABLE')
    expect((await signInWith(name, person)).status).toBe(200)
  },
)

describe('the ID token of a browser’s sign-in', () => {
  const now = () => Math.floor(Date.now() / 1000)
  const wrongs: [string, () => Record<string, unknown>][] = [
    ['another audience', () => ({ aud: 'another-app' })],
    ['the app of ours beside the website', () => ({ aud: 'gatehouse-google-android' })],
    ['a further audience', () => ({ aud: ['gatehouse-google', 'another-app'] })],
    ['several audiences and no azp', () => ({ aud: ['gatehouse-google'], azp: 'another-app' })],
    ['another azp', () => ({ azp: 'another-app' })],
    ['another issuer', () => ({ iss: 'https://accounts.google.com.evil.example' })],
    ['no issuer', () => ({ iss: null })],
    ['another nonce', () => ({ nonce: 'another' })],
    ['no nonce', () => ({ nonce: null })],
    ['an end that is over', () => ({ exp: now() - 60, iat: now() - 4_000 })],
    ['no end', () => ({ exp: null })],
    ['a start in the future', () => ({ nbf: now() + 600 })],
    ['no subject', () => ({ sub: null })],
    ['an empty subject', () => ({ sub: '' })],
    ['a subject that is no text', () => ({ sub: 7 })],
    ['no audience', () => ({ aud: null })],
  ]

  it.each(wrongs)('is refused with %s', async (_name, changes) => {
    const { error } = await throughProvider('google', newPerson(), { changes: changes() })
    expect(error).toBe('PROVIDER_TOKEN_INVALID')
  })

  it('is taken with a clock that is off by seconds', async () => {
    const changes = { exp: now() - 10 }
    expect((await throughProvider('google', newPerson(), { changes })).code).toBeDefined()
  })

  it.each([
    ['a directory that the issuer is not', { tid: '99999999-2222-4333-8444-555555555555' }],
    ['no directory', { tid: null }],
    ['an issuer that is no directory', { iss: `${env.PROVIDERS_ENDPOINT}/microsoft/common/v2.0` }],
  ])('of Microsoft is refused with %s', async (_name, changes) => {
    const { error } = await throughProvider('microsoft', newPerson(), { changes })
    expect(error).toBe('PROVIDER_TOKEN_INVALID')
  })
})

describe('the exchange code', () => {
  it('works once', async () => {
    const { code = '', app } = await throughProvider('google', newPerson())
    expect((await exchange(code, app)).status).toBe(200)
    const again = await exchange(code, app)
    expect(again.status).toBe(400)
    expect(codeOf(again)).toBe('EXCHANGE_INVALID')
  })

  it('needs the verifier of the app that began, and outlives a wrong one', async () => {
    const { code = '', app } = await throughProvider('google', newPerson())
    expect(codeOf(await exchange(code, await newApp()))).toBe('EXCHANGE_INVALID')
    expect((await exchange(code, app)).status).toBe(200)
  })

  it('is over after a minute', async () => {
    const person = newPerson()
    const { code = '', app } = await throughProvider('google', person)
    const mine = 'from users u where u.id = e.user_id and u.email = $1'
    const [left] = await rows<{ life: number }>(
      `update exchange_codes e set used_at = null ${mine}
       returning extract(epoch from e.expires_at - now())::int as life`,
      [person.email],
    )
    expect(left?.life).toBeGreaterThan(50)
    expect(left?.life).toBeLessThanOrEqual(60)
    await rows(`update exchange_codes e set expires_at = now() - interval '1 second' ${mine}`, [
      person.email,
    ])
    expect(codeOf(await exchange(code, app))).toBe('EXCHANGE_INVALID')
  })

  it('is of one tenant', async () => {
    const { code = '', app } = await throughProvider('google', newPerson())
    const { headers } = await newTenant()
    expect(codeOf(await exchange(code, app, headers))).toBe('EXCHANGE_INVALID')
    expect((await exchange(code, app)).status).toBe(200)
  })

  it('of a link is no sign-in', async () => {
    const { code = '', app } = await throughProvider('google', newPerson(), {
      query: { link: 'true' },
    })
    expect(code).toMatch(/^gho_/)
    expect(codeOf(await exchange(code, app))).toBe('EXCHANGE_INVALID')
    // Nor is it spent by the attempt.
    const { access_token: token } = await preparedSignIn()
    const proof = { code, code_verifier: app.verifier }
    expect((await call('/api/v1/auth/identities/google', proof, { token })).status).toBe(201)
  })

  it('is void once the authority of the account has changed', async () => {
    const person = newPerson()
    const { code = '', app } = await throughProvider('google', person)
    await setUser(person.email, { authority_version: 7 })
    expect(codeOf(await exchange(code, app))).toBe('EXCHANGE_INVALID')
  })

  it('opens nothing for a disabled account', async () => {
    const person = newPerson()
    await signInWith('google', person)
    await setUser(person.email, { status: 'disabled' })
    const answer = await signInWith('google', person)
    expect(answer.status).toBe(403)
    expect(codeOf(answer)).toBe('ACCOUNT_DISABLED')
  })

  it.each(['', 'gho_short', `ghr_${'A'.repeat(43)}`, `gho_${'A'.repeat(43)}`])(
    'is refused as %j',
    async (code) => {
      expect(codeOf(await exchange(code, await newApp()))).toBe('EXCHANGE_INVALID')
    },
  )

  it('is taken from pages of ours only, where the token goes into a cookie', async () => {
    const { code = '', app } = await throughProvider('google', newPerson())
    const foreign = { 'X-Token-Transport': 'cookie', Origin: 'https://evil.example' }
    expect(codeOf(await exchange(code, app, foreign))).toBe('ORIGIN_NOT_ALLOWED')
    const own = { 'X-Token-Transport': 'cookie', Origin: 'http://localhost:3000' }
    const answer = await exchange(code, app, own)
    expect(answer.body.refresh_token).toBeUndefined()
    expect(answer.headers.get('Set-Cookie')).toContain('__Host-refresh=')
  })
})

describe('an address that the provider has not verified', () => {
  it.each(['google', 'apple', 'github', 'microsoft'])(
    'of %s opens no account, new or old',
    async (provider) => {
      const taken = await preparedUser()
      const before = await userOf(taken)
      const asOld = await throughProvider(
        provider,
        newPerson({ email: taken, email_verified: false }),
      )
      const asNew = await throughProvider(provider, newPerson({ email_verified: false }))
      expect([asOld.error, asNew.error]).toEqual(['EMAIL_NOT_VERIFIED', 'EMAIL_NOT_VERIFIED'])
      expect(cost(asOld.answer)).toEqual(cost(asNew.answer))
      expect(await userOf(taken)).toEqual(before)
    },
  )

  it('is none at Facebook, which leaves it out', async () => {
    const person = newPerson({ email: await preparedUser(), email_verified: false })
    expect((await throughProvider('facebook', person)).error).toBe('EMAIL_REQUIRED')
  })

  it.each(providerNames)('or is missing at %s is told to the app', async (provider) => {
    const person = newPerson({ email: '' })
    expect((await throughProvider(provider, person)).error).toBe('EMAIL_REQUIRED')
  })

  it.each([false, 0, '0', 'false', 'yes', null, 2])(
    'of Microsoft counts as such where the directory does not own its domain: %j',
    async (claim) => {
      const changes = { xms_edov: claim, email_verified: true }
      const { error } = await throughProvider('microsoft', newPerson(), { changes })
      expect(error).toBe('EMAIL_NOT_VERIFIED')
    },
  )

  it.each(['true', 1, 'yes'])(
    'of Google needs the truth, not something like it: %j',
    async (claim) => {
      const changes = { email_verified: claim }
      const { error } = await throughProvider('google', newPerson(), { changes })
      expect(error).toBe('EMAIL_NOT_VERIFIED')
    },
  )

  it('does not come from the form beside Apple’s token', async () => {
    const email = await preparedUser()
    const begun = await begin('apple', await newApp())
    const answer = await approve(begun, newPerson({ email: '' }))
    const user = JSON.stringify({ email, name: { firstName: 'Eve' } })
    const fields = { ...answer.fields, user }
    expect(landing(await comeBack({ ...answer, fields }, begun.cookie))).toEqual({
      error: 'EMAIL_REQUIRED',
    })
  })

  it('may open a new account, but no old one, where the tenant asks for no proof', async () => {
    const tenant = await newTenant({ emailVerification: false, redirectUrls: [redirectTo] })
    const query = { tenant: tenant.headers['X-Tenant'] }
    const fresh = newPerson({ email_verified: false })
    const { code = '', app } = await throughProvider('google', fresh, { query })
    const { body } = await exchange(code, app, tenant.headers)
    expect(body).toMatchObject({ user_created: true, user: { email_verified: false } })
    const taken = randomEmail()
    await call('/api/v1/auth/register', registration(taken), { headers: tenant.headers })
    const person = newPerson({ email: taken, email_verified: false })
    expect((await throughProvider('google', person, { query })).error).toBe('USER_EXISTS')
  })
})

it('writes each refusal into the trail, without the address', async () => {
  const person = newPerson({ email_verified: false })
  const { answer } = await throughProvider('google', person)
  const event = await row<Record<string, unknown>>(
    'select * from audit_events where request_id = $1',
    [answer.headers.get('X-Request-Id')],
  )
  expect(event).toMatchObject({
    action: 'sign_in.refused',
    outcome: 'failure',
    reason: 'email_not_verified',
    user_id: null,
    details: { provider: 'google' },
  })
  expect(JSON.stringify(event)).not.toContain(person.email)
})

it('takes a form at Apple’s door only', async () => {
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded' }
  for (const path of [
    '/api/v1/auth/oauth/exchange',
    '/api/v1/auth/login',
    '/api/v1/auth/social/apple',
  ]) {
    expect((await call(path, undefined, { raw: 'a=b', headers })).status).toBe(415)
  }
})

describe('while the database is away', () => {
  const away = serviceWith(withoutDatabase)

  it('an exchange says when to come again, and the code is not lost', async () => {
    const { code = '', app } = await throughProvider('google', newPerson())
    const body = { code, code_verifier: app.verifier }
    const answer = await away('/api/v1/auth/oauth/exchange', json(body))
    expect(answer.status).toBe(503)
    expect(Number(answer.headers.get('Retry-After'))).toBeGreaterThan(0)
    expect((await exchange(code, app)).status).toBe(200)
  })

  it('an answer of a provider ends on the page of the app', async () => {
    const begun = await begin('google', await newApp())
    const { path, fields } = await approve(begun, newPerson())
    const headers = { Cookie: begun.cookie }
    const answer = await away(`${path}?${new URLSearchParams(fields)}`, { headers })
    expect(landing(answer)).toEqual({ error: 'UNAVAILABLE' })
  })
})

it.each(providerNames)('an answer of %s without a token is refused, not broken', async (name) => {
  const client = { ids: ['ours'], secret: 'secret' }
  const config = { social: { endpoint: null, [name]: client } } as unknown as Config
  const ports = { config, clock: { now: () => 0 }, egress: { fetch: async () => null } }
  const read = async () => providers[name].person(ports, new OAuth2Tokens({}), 'nonce')
  await expect(read()).rejects.toMatchObject({ code: 'PROVIDER_TOKEN_INVALID' })
})
