import { afterEach, describe, expect, it, vi } from 'vitest'
import { type Client, isGatehouseError, memoryStorage } from '../src/index.ts'
import { type Browser, newBrowser } from './support/browser.ts'
import { anywhere, newClient, newPerson, password, signedIn } from './support/person.ts'

const refreshPath = '/api/v1/auth/refresh'

/** Counts the requests to one path on their way. */
function counted(path = refreshPath) {
  const count = { requests: 0 }
  const fetch: typeof globalThis.fetch = (input, init) => {
    if (new URL(String(input)).pathname === path) count.requests += 1
    return anywhere(input, init)
  }
  return { count, fetch }
}

/** A clock that can be set forward. */
function newClock() {
  const clock = { ahead: 0, now: () => Date.now() + clock.ahead }
  return clock
}

const tenMinutes = 600_000
const hundred = (ask: () => Promise<unknown>) =>
  Promise.all(Array.from({ length: 100 }, async () => ask()))

describe('a hundred calls at once', () => {
  it('with an access token that has run out cause one refresh', async () => {
    const clock = newClock()
    const { count, fetch } = counted()
    const client = await signedIn({ fetch, now: clock.now })
    clock.ahead = tenMinutes
    await hundred(() => client.me.get())
    expect(count.requests).toBe(1)
  })

  it('with one that the service refuses cause one refresh, and are all repeated', async () => {
    const { count, fetch } = counted()
    const storage = memoryStorage()
    await signedIn({ storage })
    const kept = JSON.parse((await storage.read('gatehouse.session')) ?? '')
    await storage.write('gatehouse.session', JSON.stringify({ ...kept, accessToken: 'spoilt' }))
    const client = newClient({ fetch, storage })
    const answers = await hundred(() => client.me.get())
    expect(new Set(answers.map((each) => (each as { id: string }).id)).size).toBe(1)
    expect(count.requests).toBe(1)
  })

  it('whose session has ended cause one refresh, one event, and are all refused', async () => {
    const clock = newClock()
    const { count, fetch } = counted()
    const client = newClient({ fetch, now: clock.now })
    const email = await newPerson()
    await client.login({ email, password })
    const other = newClient()
    await other.login({ email, password })
    await other.logoutAll()
    const ends: string[] = []
    client.on('signedOut', ({ reason }) => ends.push(reason))
    clock.ahead = tenMinutes
    const outcomes = await hundred(() => client.me.get().catch((error: unknown) => error))
    expect(outcomes.every((error) => isGatehouseError(error, 'TOKEN_INVALID'))).toBe(true)
    expect(count.requests).toBe(1)
    expect(ends).toEqual(['expired'])
    expect(client.isSignedIn).toBe(false)
  })
})

describe('a renewal', () => {
  it('whose answer is lost is repeated while it gets the same successor', async () => {
    const clock = newClock()
    let lost = 0
    const fetch: typeof globalThis.fetch = async (input, init) => {
      const answer = await anywhere(input, init)
      if (new URL(String(input)).pathname !== refreshPath || lost > 0) return answer
      lost += 1
      return new Promise((_, reject) => {
        init?.signal?.addEventListener('abort', () => reject(new Error('aborted')))
      })
    }
    const client = await signedIn({ fetch, now: clock.now })
    const ends: string[] = []
    client.on('signedOut', ({ reason }) => ends.push(reason))
    clock.ahead = tenMinutes
    await expect(client.me.get()).resolves.toMatchObject({ status: 'active' })
    expect([lost, ends]).toEqual([1, []])
  })

  it('waits for no longer than a repeat would get the same successor', async () => {
    const clock = newClock()
    let refused = 0
    const fetch: typeof globalThis.fetch = async (input, init) => {
      if (new URL(String(input)).pathname !== refreshPath) return anywhere(input, init)
      refused += 1
      const headers = { 'Retry-After': '5', 'Content-Type': 'application/problem+json' }
      return new Response(JSON.stringify({ code: 'UNAVAILABLE' }), { status: 503, headers })
    }
    const client = await signedIn({ fetch, now: clock.now })
    clock.ahead = tenMinutes
    await expect(client.me.get()).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    expect([refused, client.isSignedIn]).toEqual([1, true])
  })

  it('that is locked while it reads the tokens leaves them where they are', async () => {
    const clock = newClock()
    const kept = memoryStorage()
    const reading = Promise.withResolvers<void>()
    const open = Promise.withResolvers<void>()
    let isSlow = false
    const read: typeof kept.read = async (name) => {
      if (isSlow) {
        reading.resolve()
        await open.promise
      }
      return kept.read(name)
    }
    const client = await signedIn({ storage: { ...kept, read }, now: clock.now })
    await client.me.get()
    clock.ahead = tenMinutes
    isSlow = true
    const waiting = client.me.get().catch((error: unknown) => error)
    await reading.promise
    client.lock()
    open.resolve()
    await waiting
    await expect(client.me.get()).resolves.toMatchObject({ status: 'active' })
  })
})

describe('two tabs', () => {
  let browser: Browser
  afterEach(() => browser.close())

  const refreshes = () => browser.requests.filter((each) => each === `POST ${refreshPath}`).length

  /** Both signed in, by one of them. */
  async function twoTabs(options: { now?: () => number; locks?: null } = {}) {
    browser = newBrowser()
    const tabs = [browser.tab(options), browser.tab(options)] as const
    const isTold = new Promise((resolve) => tabs[1].on('signedIn', resolve))
    await tabs[0].login({ email: await newPerson(), password })
    await isTold
    return tabs
  }

  async function askInBoth(tabs: readonly Client[]) {
    await Promise.all(tabs.flatMap((tab) => Array.from({ length: 50 }, () => tab.me.get())))
  }

  it('share a sign-in without a request', async () => {
    const tabs = await twoTabs()
    expect(tabs[1].isSignedIn).toBe(true)
    expect(refreshes()).toBe(0)
  })

  it('whose token has run out refresh once, by Web Locks', async () => {
    const clock = newClock()
    const tabs = await twoTabs({ now: clock.now })
    clock.ahead = tenMinutes
    await askInBoth(tabs)
    expect(refreshes()).toBe(1)
  })

  it('whose token has run out refresh once, where a browser has no locks', async () => {
    const clock = newClock()
    const tabs = await twoTabs({ now: clock.now, locks: null })
    clock.ahead = tenMinutes
    await askInBoth(tabs)
    expect(refreshes()).toBe(1)
  })

  it('one after the other refresh once: the second knows what the first got', async () => {
    const clock = newClock()
    const tabs = await twoTabs({ now: clock.now })
    clock.ahead = tenMinutes
    await tabs[0].me.get()
    await tabs[1].me.get()
    expect(refreshes()).toBe(1)
  })

  it('one after the other refresh once, even where what they tell each other comes late', async () => {
    class SlowChannel extends BroadcastChannel {
      override addEventListener(name: string, listener: unknown): void {
        const late = (event: Event) => setTimeout(() => (listener as EventListener)(event), 50)
        super.addEventListener(name, late as EventListener)
      }
    }
    vi.stubGlobal('BroadcastChannel', SlowChannel)
    const clock = newClock()
    const tabs = await twoTabs({ now: clock.now })
    vi.unstubAllGlobals()
    clock.ahead = tenMinutes
    await tabs[0].me.get()
    await tabs[1].me.get()
    expect(refreshes()).toBe(1)
  })

  it.each([
    ['with locks', {}],
    ['without', { locks: null }],
  ])(
    'one of which was closed go on, %s: nothing fails for the want of listeners',
    async (_, options) => {
      const clock = newClock()
      const tabs = await twoTabs({ now: clock.now, ...options })
      clock.ahead = tenMinutes
      const call = tabs[0].me.get()
      tabs[0].close()
      await expect(call).resolves.toMatchObject({ status: 'active' })
      await tabs[0].logout()
      expect(tabs[0].isSignedIn).toBe(false)
    },
  )

  it('end together, and the other one hears why', async () => {
    const tabs = await twoTabs()
    const ended = new Promise((resolve) => tabs[1].on('signedOut', resolve))
    await tabs[0].logout()
    expect(await ended).toEqual({ reason: 'elsewhere' })
    expect(tabs[1].isSignedIn).toBe(false)
  })

  it('of two tenants leave each other alone: only the one of whom the cookie is asks for a refresh', async () => {
    const [tab] = await twoTabs()
    const elsewhere = browser.tab({ tenant: 'elsewhere' })
    expect(await elsewhere.restore()).toBe(false)
    expect(refreshes()).toBe(0)
    tab.lock()
    expect(await tab.restore()).toBe(true)
  })

  it('keep no token where a script of the page could find it later', async () => {
    await twoTabs()
    expect([...browser.cookies.keys()]).toContain('__Host-refresh')
    expect([...browser.localStorage.keys()]).toEqual(['gatehouse.hint'])
    expect([...browser.localStorage.values()].join()).toMatch(/^\d+$/)
  })
})

describe('a page that is opened', () => {
  let browser: Browser
  afterEach(() => browser.close())

  it('finds the session of an earlier visit', async () => {
    browser = newBrowser()
    const first = browser.tab()
    await first.login({ email: await newPerson(), password })
    first.close()
    const next = browser.tab()
    expect(await next.restore()).toBe(true)
    await expect(next.me.get()).resolves.toMatchObject({ status: 'active' })
  })

  it('costs a visitor who never signed in no request', async () => {
    browser = newBrowser()
    expect(await browser.tab().restore()).toBe(false)
    expect(browser.requests).toEqual([])
  })

  it('says that nobody is signed in where the cookie has gone', async () => {
    browser = newBrowser()
    const first = browser.tab()
    await first.login({ email: await newPerson(), password })
    first.close()
    browser.cookies.clear()
    const next = browser.tab()
    expect(await next.restore()).toBe(false)
    expect(browser.localStorage.size).toBe(0)
  })
})

describe('an access token', () => {
  it('is renewed ahead of its end, while calls go on with it', async () => {
    const clock = newClock()
    const { count, fetch } = counted()
    const client = await signedIn({ fetch, now: clock.now })
    const before = await client.accessToken()
    clock.ahead = tenMinutes - 30_000
    expect(await client.accessToken()).toBe(before)
    await expect.poll(() => client.accessToken()).not.toBe(before)
    expect(count.requests).toBe(1)
  })

  it('comes from the storage after a start, with the newest refresh token', async () => {
    const clock = newClock()
    const storage = memoryStorage()
    const first = await signedIn({ storage, now: clock.now })
    const user = await first.me.get()
    clock.ahead = tenMinutes
    await first.me.get()
    const next = newClient({ storage, now: clock.now })
    expect(await next.restore()).toBe(true)
    expect(await next.me.get()).toEqual(user)
  })

  it('is the one that another process has renewed, where they share a storage', async () => {
    const clock = newClock()
    const { count, fetch } = counted()
    const storage = memoryStorage()
    const first = await signedIn({ storage, fetch, now: clock.now })
    const second = newClient({ storage, fetch, now: clock.now })
    await second.restore()
    clock.ahead = tenMinutes
    await first.me.get()
    await second.me.get()
    expect(count.requests).toBe(1)
  })
})

/** A network that holds an answer from this path back. */
function slowNetwork(path = refreshPath) {
  const held = Promise.withResolvers<void>()
  const released = Promise.withResolvers<void>()
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const answer = await anywhere(input, init)
    if (new URL(String(input)).pathname === path) {
      held.resolve()
      await released.promise
    }
    return answer
  }
  return { fetch, held: held.promise, release: released.resolve }
}

describe('a renewal whose answer comes late', () => {
  /** Signed in, while the answer of a renewal is on its way. */
  async function renewing() {
    const clock = newClock()
    const { fetch, held, release } = slowNetwork()
    const storage = memoryStorage()
    const client = await signedIn({ fetch, storage, now: clock.now })
    clock.ahead = tenMinutes - 30_000
    await client.me.get()
    await held
    const settled = async () => {
      release()
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    return { client, storage, settled }
  }

  it('brings nobody back who has signed out meanwhile', async () => {
    const { client, storage, settled } = await renewing()
    await client.logout()
    await settled()
    expect(client.isSignedIn).toBe(false)
    expect(await storage.read('gatehouse.session')).toBeNull()
  })

  it('takes nothing from who has signed in meanwhile', async () => {
    const { client, settled } = await renewing()
    const email = await newPerson()
    await client.login({ email, password })
    await settled()
    expect((await client.me.get()).email).toBe(email)
  })
})

describe('the cookie', () => {
  let browser: Browser
  afterEach(() => browser.close())

  it('is that of who has signed in, not of the renewal that was under way', async () => {
    const clock = newClock()
    const { fetch, held, release } = slowNetwork()
    browser = newBrowser(fetch)
    const tab = browser.tab({ now: clock.now })
    await tab.login({ email: await newPerson(), password })
    clock.ahead = tenMinutes - 30_000
    await tab.me.get()
    await held
    const email = await newPerson()
    const login = tab.login({ email, password })
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(browser.requests.filter((each) => each === 'POST /api/v1/auth/login')).toHaveLength(1)
    release()
    await login
    tab.lock()
    expect((await tab.me.get()).email).toBe(email)
  })

  it('is that of who has signed in, not of a renewal that began meanwhile', async () => {
    const clock = newClock()
    const slow = slowNetwork('/api/v1/auth/login')
    let isSlow = false
    browser = newBrowser((...request) => (isSlow ? slow.fetch(...request) : anywhere(...request)))
    const tab = browser.tab({ now: clock.now })
    await tab.login({ email: await newPerson(), password })
    const email = await newPerson()
    clock.ahead = tenMinutes - 30_000
    isSlow = true
    const login = tab.login({ email, password })
    await slow.held
    await tab.me.get()
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(browser.requests).not.toContain(`POST ${refreshPath}`)
    slow.release()
    await login
    expect((await tab.me.get()).email).toBe(email)
  })

  it('that has become another person’s makes the page theirs, and says so', async () => {
    const clock = newClock()
    browser = newBrowser()
    const tab = browser.tab({ now: clock.now })
    await tab.login({ email: await newPerson(), password })
    const email = await newPerson()
    // Of a page that nobody hears.
    const elsewhere = browser.tab()
    elsewhere.close()
    const begun: string[] = []
    tab.on('signedIn', ({ sessionId }) => begun.push(sessionId))
    const answer = await elsewhere.login({ email, password })
    clock.ahead = tenMinutes
    // What the first person has begun is not done for the second.
    const begunBefore = tab.me.update({ first_name: 'Somebody' })
    await expect(begunBefore).rejects.toMatchObject({ code: 'SESSION_CHANGED' })
    const now = await tab.me.get()
    expect([now.email, now.first_name === 'Somebody']).toEqual([email, false])
    expect(begun).toEqual(['session_id' in answer && answer.session_id])
  })
})

describe('a fault of the service', () => {
  it('during a refresh ends no session', async () => {
    const clock = newClock()
    let isBroken = false
    const fetch: typeof globalThis.fetch = async (input, init) => {
      const { pathname } = new URL(String(input))
      if (!isBroken || pathname !== refreshPath) return anywhere(input, init)
      return Response.json({ code: 'UNAVAILABLE', status: 503 }, { status: 503 })
    }
    const client = await signedIn({ fetch, now: clock.now, wait: async () => undefined })
    clock.ahead = tenMinutes
    isBroken = true
    await expect(client.me.get()).rejects.toMatchObject({ code: 'UNAVAILABLE', status: 503 })
    expect(client.isSignedIn).toBe(true)
    isBroken = false
    await expect(client.me.get()).resolves.toMatchObject({ status: 'active' })
  })

  it('that loses the answer of a refresh costs nothing: the repeat gets the same successor', async () => {
    const clock = newClock()
    let isLost = true
    const fetch: typeof globalThis.fetch = async (input, init) => {
      const answer = await anywhere(input, init)
      const { pathname } = new URL(String(input))
      if (pathname === refreshPath && isLost) {
        isLost = false
        throw new TypeError('fetch failed')
      }
      return answer
    }
    const client = await signedIn({ fetch, now: clock.now })
    clock.ahead = tenMinutes
    await expect(client.me.get()).resolves.toMatchObject({ status: 'active' })
  })
})
