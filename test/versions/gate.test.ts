import { beforeAll, describe, expect, it } from 'vitest'
import { version } from '../../src/version.ts'
import { filled, operations } from '../http/operations.ts'
import { type Answer, call, cost, signIn, type Tokens } from '../support/client.ts'
import { row } from '../support/database.ts'
import { preparedUserIn } from '../support/prepared.ts'
import { codeOf, fieldCodes } from '../support/problem.ts'
import { newTenant, type TestTenant } from '../support/tenant.ts'
import { app, newMemberIn, setRelease } from './administrator.ts'

const store_url = 'https://play.example/app'
const release = {
  latest: '1.3.0',
  min_supported: '1.2.0',
  store_url,
  blocked: ['1.2.5', '1.2.6+7'],
}

/** A tenant with releases that this isolate has read. */
async function tenantWith(platform: string): Promise<TestTenant> {
  const tenant = await newTenant()
  await setRelease(tenant, platform, release)
  return reread(tenant)
}

/** Another name for the row, so that the isolate reads it as if for the first time. */
async function reread({ id }: TestTenant): Promise<TestTenant> {
  const slug = `tenant-${crypto.randomUUID().slice(0, 18)}`
  await row('update tenants set slug = $2 where id = $1 returning id', [id, slug])
  const headers = { 'X-Tenant': slug }
  await call('/api/v1/auth/refresh', {}, { headers })
  return { id, headers }
}

function strength(tenant: TestTenant, headers: Record<string, string>) {
  const body = { password: 'correct horse battery staple 9' }
  return call('/api/v1/auth/password-strength', body, {
    headers: { ...tenant.headers, ...headers },
  })
}

const shown = (answer: Answer<unknown>) => [answer.status, answer.headers.get('X-App-Update')]

describe('an app', () => {
  let android: TestTenant
  let web: TestTenant
  beforeAll(async () => {
    android = await tenantWith('android')
    web = await tenantWith('web')
  })

  it.each([
    ['1.3.0', 200, null],
    ['1.3', 200, null],
    ['1.4.0-rc.1', 200, null],
    ['2.0.0', 200, null],
    ['1.2.0', 200, 'available'],
    ['1.2.0+99', 200, 'available'],
    ['1.3.0-rc.1', 200, 'available'],
    ['1.2.6', 200, 'available'],
    ['1.2.6+8', 200, 'available'],
    // Too old, a pre-release of the minimum, blocked.
    ['1.1.9', 426, null],
    ['0.0.1', 426, null],
    ['1.2.0-rc.1', 426, null],
    ['1.2.5', 426, null],
    ['1.2.5+1', 426, null],
    ['1.2.6+7', 426, null],
    // Junk is no way around.
    ['', 426, null],
    ['latest', 426, null],
    ['9', 200, null],
    ['9.x', 426, null],
    ['*', 426, null],
    ['1.2.3.4', 426, null],
    ['1.1.0, 9.9.9', 426, null],
    ['9'.repeat(300), 426, null],
  ])('of version %j gets %i', async (version, status, update) => {
    expect(shown(await strength(android, app('android', version)))).toEqual([status, update])
  })

  it('that is refused learns what is supported, what is newest and where it is', async () => {
    const { headers, body } = await strength(android, app('android', '1.1.0'))
    expect(headers.get('Content-Type')).toBe('application/problem+json')
    expect(body).toMatchObject({
      code: 'APP_UPDATE_REQUIRED',
      status: 426,
      min_supported: '1.2.0',
      latest: '1.3.0',
      store_url,
    })
  })

  it('is known by its platform, however that is written', async () => {
    for (const platform of ['ANDROID', ' Android ']) {
      expect((await strength(android, app(platform, '1.0.0'))).status).toBe(426)
    }
  })

  it('of the web is one too', async () => {
    expect((await strength(web, app('web', '1.0.0'))).status).toBe(426)
    expect((await strength(web, app('android', '1.0.0'))).status).toBe(200)
  })

  it('that is the own pages of the service is judged by the service, not by a tenant', async () => {
    expect(shown(await strength(web, app('pages', version)))).toEqual([200, null])
    const old = await strength(web, app('pages', '0.0.1'))
    expect(old.body).toMatchObject({
      code: 'APP_UPDATE_REQUIRED',
      latest: version,
      store_url: null,
    })
  })

  it.each([
    {},
    { 'X-App-Platform': 'android' },
    { 'X-App-Version': '0.0.1' },
    app('symbian', '0.0.1'),
    app('ios', 'junk'),
    app('__proto__', '0.0.1'),
    app('constructor', '0.0.1'),
  ])('of which nothing was released, or that says nothing, is served: %j', async (headers) => {
    expect(shown(await strength(android, headers))).toEqual([200, null])
  })

  it('hears of the newest also where it is refused for something else', async () => {
    const headers = { ...android.headers, ...app('android', '1.2.0') }
    const answer = await call('/api/v1/auth/me', undefined, { headers })
    expect(shown(answer)).toEqual([401, 'available'])
  })

  it('is judged without a round trip', async () => {
    for (const version of ['1.0.0', '1.2.0']) {
      const answer = await strength(android, app('android', version))
      expect(cost(answer)).toMatchObject({ db: 0, do: 0 })
    }
  })
})

describe('a version that is not supported', async () => {
  const tenant = await tenantWith('ios')
  const headers = { ...tenant.headers, ...app('ios', '1.0.0') }
  const routes = await operations()
  const gated = routes.filter(({ path }) => /^\/api\/v1\/(?!webhooks)\w+/.test(path))
  const free = routes.filter((route) => !gated.includes(route))

  const ask = ({ method, path, body }: (typeof gated)[number]) =>
    call(filled(path), body ? {} : undefined, { method, headers })

  it('is asked of more than forty routes', () => {
    expect(gated.length).toBeGreaterThan(40)
  })

  it.each(gated.filter(({ path }) => path !== '/api/v1/auth/forms'))(
    'is refused at $name before anything else',
    async (route) => {
      const answer = await ask(route)
      expect([answer.status, codeOf(answer)]).toEqual([426, 'APP_UPDATE_REQUIRED'])
      expect(cost(answer)).toMatchObject({ db: 0, hash: 0 })
    },
  )

  it.each(free)('is served at $name', async (route) => {
    expect((await ask(route)).status).not.toBe(426)
  })
})

describe('a build that another isolate has blocked', () => {
  it('opens no session, in the statement that would', async () => {
    const tenant = await newTenant()
    const email = await preparedUserIn(tenant)
    await setRelease(tenant, 'android', release)
    const headers = { ...tenant.headers, ...app('android', '1.2.5') }
    const answer = await signIn(email, { headers })
    expect([answer.status, codeOf(answer)]).toEqual([426, 'APP_UPDATE_REQUIRED'])
    const { sessions } = await row<{ sessions: number }>(
      'select count(*)::int as sessions from sessions where tenant_id = $1',
      [tenant.id],
    )
    expect(sessions).toBe(0)
  })

  it('renews none, and the session goes on once the app is new', async () => {
    const tenant = await newTenant()
    const { refresh_token } = await newMemberIn(tenant)
    await setRelease(tenant, 'android', release)
    const renew = (version: string, token: string) =>
      call<Tokens>(
        '/api/v1/auth/refresh',
        { refresh_token: token },
        { headers: { ...tenant.headers, ...app('android', version) } },
      )
    const refused = await renew('1.2.5', refresh_token)
    expect([refused.status, codeOf(refused)]).toEqual([426, 'APP_UPDATE_REQUIRED'])
    const renewed = await renew('1.3.0', refresh_token)
    expect([renewed.status, cost(renewed).db]).toEqual([200, 1])
  })
})

describe('GET /app/version', () => {
  const notes = { en: 'Passkeys.', bn: 'পাসকি।' }
  const ask = (query: string, headers: Record<string, string>) =>
    call(`/app/version${query}`, undefined, { headers })

  it('says what is out, in the language of the request, without a round trip', async () => {
    const tenant = await newTenant()
    await setRelease(tenant, 'ios', { ...release, notes })
    const { headers } = await reread(tenant)
    const answer = await ask('?platform=ios', headers)
    expect([answer.status, cost(answer).db]).toEqual([200, 0])
    const { latest, min_supported } = release
    const rest = { platform: 'ios', latest, min_supported, store_url }
    expect(answer.body).toEqual({ ...rest, notes: notes.en })
    const bengali = await ask('?platform=ios', { ...headers, 'Accept-Language': 'bn-BD, en' })
    expect(bengali.body).toEqual({ ...rest, notes: notes.bn })
  })

  it('says nothing of a platform where nothing is out', async () => {
    const { headers } = await newTenant()
    const { status, body } = await ask('?platform=web', headers)
    const nothing = { latest: null, min_supported: null, store_url: null, notes: null }
    expect([status, body]).toEqual([200, { platform: 'web', ...nothing }])
  })

  it.each(['', '?platform=', '?platform=symbian', '?platform=ANDROID', '?platform=__proto__'])(
    'refuses %j',
    async (query) => {
      const answer = await ask(query, {})
      expect([answer.status, codeOf(answer)]).toEqual([400, 'INVALID_PLATFORM'])
      expect(fieldCodes(answer)).toEqual(['platform INVALID_PLATFORM'])
    },
  )

  it('answers an app that is not served any more', async () => {
    const { headers } = await tenantWith('ios')
    const answer = await ask('?platform=ios', { ...headers, ...app('ios', '0.1.0') })
    expect(answer.status).toBe(200)
  })
})
