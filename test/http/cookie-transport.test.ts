import { describe, expect, it } from 'vitest'
import { type Answer, call, randomEmail, registration, signIn } from '../support/client.ts'
import { preparedUser } from '../support/prepared.ts'
import { cookieName, newBrowser, ownPage, post, refresh } from './browser.ts'
import { expectProblem } from './problem-document.ts'
import { json, serviceWith, withoutDatabase } from './service.ts'
import { cookiesOf } from './set-cookies.ts'

const thirtyDays = String(30 * 24 * 60 * 60)

describe('the refresh cookie', () => {
  const attributes = {
    path: '/',
    'max-age': thirtyDays,
    httponly: '',
    secure: '',
    samesite: 'Strict',
  }

  it('is bound to the host, and no script or foreign site can use it', async () => {
    const { answer } = await newBrowser()
    expect(cookiesOf(answer)[cookieName]?.attributes).toEqual(attributes)
  })

  it('is renewed with the same bounds at each refresh', async () => {
    const { cookie } = await newBrowser()
    const next = cookiesOf(await refresh(cookie))[cookieName]
    expect(next?.attributes).toEqual(attributes)
    expect(next?.value).toMatch(/^ghr_[\w-]{60,}$/)
    expect(next?.value).not.toBe(cookie)
  })

  it('is set by a registration that signs in at once', async () => {
    const service = serviceWith({ EMAIL_VERIFICATION: 'off' })
    const { headers, ...request } = json(registration(randomEmail()))
    const answer = await service('/api/v1/auth/register', {
      ...request,
      headers: { ...headers, ...ownPage },
    })
    expect(answer.status).toBe(201)
    expect(answer.body).not.toHaveProperty('refresh_token')
    expect(cookiesOf(answer)[cookieName]?.attributes).toEqual(attributes)
  })

  it('bounds the cookie of the device alike', async () => {
    const { answer } = await newBrowser()
    const device = cookiesOf(answer)['__Host-device']
    expect(device?.attributes).toMatchObject({
      path: '/',
      httponly: '',
      secure: '',
      samesite: 'Strict',
    })
    expect(device?.attributes).not.toHaveProperty('domain')
  })

  it('is not set for an app', async () => {
    const answer = await signIn(await preparedUser())
    expect(answer.headers.getSetCookie()).toEqual([])
    expect(answer.body.refresh_token).toMatch(/^ghr_/)
  })
})

describe('the refresh token of a browser', () => {
  it('stands in no body, at sign-in and at refresh', async () => {
    const { answer, cookie } = await newBrowser()
    const refreshed = await refresh(cookie)
    for (const { body } of [answer, refreshed]) {
      expect(body).toMatchObject({ token_type: 'Bearer', access_token: expect.any(String) })
      expect(body).not.toHaveProperty('refresh_token')
      expect(JSON.stringify(body)).not.toContain('ghr_')
    }
  })

  it('is not taken from a body, and stays good', async () => {
    const { cookie } = await newBrowser()
    const answer = await call(
      '/api/v1/auth/refresh',
      { refresh_token: cookie },
      { headers: ownPage },
    )
    expectProblem(answer, 401, 'REFRESH_INVALID')
    expect((await refresh(cookie)).status).toBe(200)
  })

  it('is not taken from a cookie by the body transport, and stays where it is', async () => {
    const { cookie } = await newBrowser()
    for (const headers of [{}, { 'X-Token-Transport': 'body' }]) {
      for (const body of [{}, { refresh_token: cookie }, { refresh_token: 'ghr_other' }]) {
        const answer = await refresh(cookie, headers, body)
        expectProblem(answer, 401, 'REFRESH_INVALID')
        expect(answer.headers.getSetCookie()).toEqual([])
      }
    }
    expect((await refresh(cookie)).status).toBe(200)
  })

  it('is the one of the cookie, whatever the body says', async () => {
    const { cookie, answer } = await newBrowser()
    const other = await newBrowser()
    const refreshed = await refresh(cookie, ownPage, { refresh_token: other.cookie })
    expect(refreshed.body.session_id).toBe(answer.body.session_id)
  })

  it('is not read from a cookie that a sibling host could plant', async () => {
    const { cookie } = await newBrowser()
    for (const name of ['refresh', '__Secure-refresh', '__host-refresh', 'Host-refresh']) {
      const headers = { ...ownPage, Cookie: `${name}=${cookie}` }
      expectProblem(await call('/api/v1/auth/refresh', {}, { headers }), 401, 'REFRESH_INVALID')
    }
  })
})

describe('a dead refresh cookie', () => {
  it('is taken away, so that the browser stops showing it', async () => {
    const browser = await newBrowser()
    await post('logout', browser, ownPage)
    const answer = await refresh(browser.cookie)
    expectProblem(answer, 401, 'REFRESH_INVALID')
    expectCookieDeleted(answer)
  })

  it('is not mistaken for a live one that nobody can judge while the database is away', async () => {
    const { cookie } = await newBrowser()
    const request = json({})
    const answer = await serviceWith(withoutDatabase)('/api/v1/auth/refresh', {
      ...request,
      headers: { ...request.headers, ...ownPage, Cookie: `${cookieName}=${cookie}` },
    })
    expectProblem(answer, 503, 'UNAVAILABLE')
    expect(answer.headers.getSetCookie()).toEqual([])
  })
})

describe('signing out', () => {
  it.each(['logout', 'logout-all'])(
    'by %s takes the cookie away and clears the site',
    async (path) => {
      const browser = await newBrowser()
      const answer = await post(path, browser, ownPage)
      expect(answer.status).toBe(204)
      expectCleared(answer)
      expectProblem(await refresh(browser.cookie), 401, 'REFRESH_INVALID')
    },
  )

  it('elsewhere keeps this browser as it is', async () => {
    const browser = await newBrowser()
    const answer = await post('logout-all', browser, ownPage, { except_current: true })
    expect(answer.status).toBe(204)
    expect(answer.headers.has('Clear-Site-Data')).toBe(false)
    expect(answer.headers.getSetCookie()).toEqual([])
    expect((await refresh(browser.cookie)).status).toBe(200)
  })
})

function expectCleared(answer: Answer<unknown>): void {
  const site = (answer.headers.get('Clear-Site-Data') ?? '').split(', ')
  expect(site).toEqual(expect.arrayContaining(['"cache"', '"storage"']))
  expectCookieDeleted(answer)
}

function expectCookieDeleted(answer: Answer<unknown>): void {
  expect(cookiesOf(answer)[cookieName]).toMatchObject({
    value: '',
    // A browser takes a __Host- cookie, also one that deletes, only with these.
    attributes: { path: '/', secure: '', 'max-age': '0' },
  })
}
