import { describe, expect, it } from 'vitest'
import {
  call,
  cost,
  mails,
  password,
  randomEmail,
  registration,
  type Tokens,
  tokenIn,
} from '../support/client.ts'
import { preparedSignIn } from '../support/prepared.ts'
import { operations } from './operations.ts'
import { send, serviceWith, withoutDatabase } from './service.ts'

const shape = /^db;desc="\d+";dur=\d+(\.\d+)?, do;desc="\d+", kv;desc="\d+", hash;desc="\d+"$/
const nothing = { db: 0, do: 0, kv: 0, hash: 0 }

describe('where it is on', () => {
  it('every answer carries it in one shape, refusals too', async () => {
    const documents = (await operations()).filter(({ path }) => !path.startsWith('/api/v1/auth'))
    const paths = ['/api/v1', '/api/v1/auth/me', '/nothing', ...documents.map(({ path }) => path)]
    for (const path of paths) {
      expect((await send(path)).headers.get('Server-Timing'), path).toMatch(shape)
    }
  })

  it('counts what the way of a new user costs', async () => {
    const email = randomEmail()
    const registered = await call('/api/v1/auth/register', registration(email))
    expect(cost(registered)).toEqual({ db: 1, do: 0, kv: 0, hash: 1 })
    const [mail] = await mails(email)
    const verified = await call('/api/v1/auth/verify-email', { token: tokenIn(mail as never) })
    expect(cost(verified)).toEqual({ db: 1, do: 0, kv: 0, hash: 0 })
    const signedIn = await call<Tokens>('/api/v1/auth/login', { email, password })
    expect(cost(signedIn)).toEqual({ db: 2, do: 1, kv: 0, hash: 1 })

    const { access_token: token, refresh_token } = signedIn.body
    const steps = [
      await call('/api/v1/auth/me', undefined, { token }),
      await call('/api/v1/auth/sessions', undefined, { token }),
      await call('/api/v1/auth/me/activity', undefined, { token }),
      await call('/api/v1/auth/me', { first_name: 'Ann' }, { token, method: 'PATCH' }),
      await call('/api/v1/auth/refresh', { refresh_token }),
      await call('/api/v1/auth/logout', {}, { token }),
    ]
    for (const step of steps) {
      expect(step.status).toBeLessThan(300)
      expect(cost(step)).toEqual({ db: 1, do: 0, kv: 0, hash: 0 })
    }
  })

  it('shows that an access token is checked without asking anybody', async () => {
    const { access_token: token } = await preparedSignIn()
    const answer = await call('/api/v1/auth/me', { nope: 1 }, { token, method: 'PATCH' })
    expect(answer.status).toBe(422)
    expect(cost(answer)).toEqual(nothing)
  })

  it('shows that what is refused at the door costs nothing', async () => {
    const login = '/api/v1/auth/login'
    const refusals = [
      await send(login, { method: 'POST', body: 'text' }),
      await call(login, {}),
      await call(login, {}, { headers: { 'X-Token-Transport': 'cookie' } }),
      await call('/api/v1/auth/refresh', { refresh_token: 'ghr_forged' }),
      await call('/api/v1/auth/verify-email', { token: 'forged' }),
      await call('/api/v1/auth/reset-password', { token: 'forged', password }),
      await call('/api/v1/auth/me', undefined, { token: 'forged' }),
      await send('/.well-known/jwks.json'),
      await send('/openapi.json'),
      await send('/healthz'),
    ]
    for (const answer of refusals) expect(cost(answer)).toEqual(nothing)
  })

  it('counts for one request at a time, also when many come at once', async () => {
    const { access_token: token } = await preparedSignIn()
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => call('/api/v1/auth/me', undefined, { token })),
    )
    for (const answer of answers) expect(cost(answer)).toMatchObject({ db: 1 })
  })

  it('counts each try at a database that is away', async () => {
    const answer = await serviceWith(withoutDatabase)('/readyz')
    expect(answer.status).toBe(503)
    expect(cost(answer).db).toBeGreaterThan(1)
  })
})

describe('where it is off', () => {
  it.each([{ SERVER_TIMING: 'off' }, { SERVER_TIMING: undefined }])(
    'no answer tells what it cost: %j',
    async (variables) => {
      const service = serviceWith(variables)
      for (const path of ['/api/v1', '/readyz', '/api/v1/auth/me', '/nothing']) {
        expect((await service(path)).headers.has('Server-Timing')).toBe(false)
      }
    },
  )
})
