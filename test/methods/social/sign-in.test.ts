import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { cost } from '../../support/client.ts'
import { row, rows, trailOf } from '../../support/database.ts'
import {
  approve,
  begin,
  comeBack,
  exchange,
  landing,
  nativeProof,
  nativeSignIn,
  newApp,
  newPerson,
  providerNames,
  redirectTo,
  signInWith,
  throughProvider,
} from './browser.ts'

describe.each(providerNames)('%s in a browser', (provider) => {
  it('signs a new person up, and in again', async () => {
    const person = newPerson()
    const first = await signInWith(provider, person)
    expect(first.status).toBe(200)
    expect(first.body).toMatchObject({
      user_created: true,
      token_type: 'Bearer',
      user: {
        email: person.email,
        email_verified: true,
        status: 'active',
        first_name: 'Ann',
        last_name: 'Example',
        mfa_enabled: false,
      },
    })
    const again = await signInWith(provider, person)
    expect(again.body).toMatchObject({ user_created: false, user: { id: first.body.user.id } })
  })

  it('sends the browser with PKCE, state and nonce, and remembers them in a cookie that scripts cannot read', async () => {
    const app = await newApp()
    const { answer, location } = await begin(provider, app)
    expect(answer.status).toBe(302)
    expect(location.origin + location.pathname.split('/').slice(0, 2).join('/')).toBe(
      `${env.PROVIDERS_ENDPOINT}/${provider}`,
    )
    const asked = Object.fromEntries(location.searchParams)
    expect(asked).toMatchObject({
      response_type: 'code',
      redirect_uri: `${env.PUBLIC_URL}/api/v1/auth/oauth/${provider}/callback`,
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
    })
    expect(asked.code_challenge).not.toBe(app.challenge)
    const cookie = answer.headers.get('Set-Cookie') ?? ''
    expect(cookie).toMatch(/^__Host-oauth-[\w-]{12}=/)
    const sameSite = provider === 'apple' ? 'None' : 'Lax'
    for (const attribute of [
      'HttpOnly',
      'Secure',
      'Path=/',
      `SameSite=${sameSite}`,
      'Max-Age=600',
    ]) {
      expect(cookie).toContain(attribute)
    }
    for (const secret of [asked.nonce ?? '', app.challenge, redirectTo]) {
      expect(cookie).not.toContain(secret)
    }
  })

  it('leaves a code for one minute in the address, and makes the browser forget the transaction', async () => {
    const { answer, code = '' } = await throughProvider(provider, newPerson())
    expect(answer.status).toBe(302)
    expect(code).toMatch(/^gho_[\w-]{43}$/)
    expect(answer.headers.get('Set-Cookie')).toMatch(/^__Host-oauth-[\w-]{12}=;.*Max-Age=0/)
    expect(answer.headers.get('Referrer-Policy')).toBe('no-referrer')
    expect(answer.headers.get('Location')).not.toContain('token')
  })
})

describe.each(providerNames)('%s in a mobile app', (provider) => {
  it('signs a new person up, and in again', async () => {
    const person = newPerson()
    const first = await nativeSignIn(provider, await nativeProof(provider, person))
    expect(first.status).toBe(200)
    expect(first.body).toMatchObject({ user_created: true, user: { email: person.email } })
    const again = await nativeSignIn(provider, await nativeProof(provider, person))
    expect(again.body).toMatchObject({ user_created: false, user: { id: first.body.user.id } })
  })

  it('knows whoever has come by the browser', async () => {
    const person = newPerson()
    const browser = await signInWith(provider, person)
    const app = await nativeSignIn(provider, await nativeProof(provider, person))
    expect(app.body).toMatchObject({ user_created: false, user: { id: browser.body.user.id } })
  })
})

it('spends two round trips on an exchange, and no call of anything else', async () => {
  const { code = '', app } = await throughProvider('google', newPerson())
  expect(cost(await exchange(code, app))).toEqual({ db: 2, do: 0, kv: 0, hash: 0 })
})

it('spends two round trips on a native sign-in, three on the first', async () => {
  const person = newPerson()
  expect(cost(await nativeSignIn('google', await nativeProof('google', person))).db).toBe(3)
  expect(cost(await nativeSignIn('google', await nativeProof('google', person))).db).toBe(2)
})

it('tells in the token that a provider vouched, which is one factor', async () => {
  const { body } = await signInWith('google', newPerson())
  const claims = JSON.parse(atob(body.access_token.split('.')[1] ?? ''))
  expect(claims).toMatchObject({ amr: ['fed'], acr: 'aal1' })
})

it('keeps a trail of what was made', async () => {
  const person = newPerson()
  await signInWith('google', person)
  const actions = (await trailOf(person.email)).map(({ action }) => action)
  expect(actions.sort()).toEqual(['account.registered', 'identity.linked', 'session.opened'])
})

it('stores the code as a hash only, and of the transaction nothing', async () => {
  const { code = '' } = await throughProvider('google', newPerson())
  const stored = await rows('select * from exchange_codes')
  expect(stored.length).toBeGreaterThan(0)
  expect(JSON.stringify(stored)).not.toContain(code.slice(4))
})

it('works for two sign-ins in two tabs', async () => {
  const app = await newApp()
  const [first, second] = [await begin('google', app), await begin('github', app)]
  const cookie = `${first.cookie}; ${second.cookie}`
  const one = await comeBack(await approve(first, newPerson()), cookie)
  const two = await comeBack(await approve(second, newPerson()), cookie)
  expect(landing(one)).toEqual({ code: expect.any(String) })
  expect(landing(two)).toEqual({ code: expect.any(String) })
})

describe('names', () => {
  it('keeps what Apple tells at the first sign-in only', async () => {
    const person = newPerson({ name: 'Mary Ann Example' })
    await signInWith('apple', person)
    const { body } = await signInWith('apple', { ...person, name: 'Other Name' })
    expect(body.user).toMatchObject({ first_name: 'Mary', last_name: 'Ann Example' })
  })

  it('takes Apple’s from the app in the native way', async () => {
    const names = { first_name: 'Mary', last_name: 'Example' }
    const proof = await nativeProof('apple', newPerson())
    const { body } = await nativeSignIn('apple', { ...proof, ...names })
    expect(body.user).toMatchObject(names)
  })

  it('leaves out what is no name, and refuses nobody for it', async () => {
    const { body } = await signInWith('google', newPerson({ name: '<script> 123' }))
    expect(body.user).toMatchObject({ first_name: null, last_name: null })
  })
})

it('numbers people at GitHub and keeps the directory at Microsoft', async () => {
  const person = newPerson()
  await signInWith('github', person)
  await signInWith('microsoft', person)
  const found = await row<{ subjects: string[] }>(
    `select array_agg(o.subject order by o.provider) as subjects from oauth_accounts o
     join users u on u.id = o.user_id where u.email = $1`,
    [person.email],
  )
  expect(found.subjects).toEqual([
    person.sub,
    expect.stringMatching(`^[\\da-f-]{36}\\.${person.sub}$`),
  ])
})
