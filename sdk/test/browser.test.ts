import { build } from 'esbuild'
import type { Page } from 'puppeteer-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { plugIn } from '../../test/processes/browser/authenticator.ts'
import { openPage, useBrowser } from '../../test/processes/browser/browser.ts'
import { password } from '../../test/processes/support/people.ts'
import { preparedAccount } from '../../test/processes/support/prepared.ts'
import { site, useSharedSite } from '../../test/processes/support/site.ts'
import type { createBrowserClient, PasskeyPrompts } from '../src/browser/index.ts'
import type { Client } from '../src/index.ts'

// biome-ignore lint/correctness/useHookAtTopLevel: no hook of React
useSharedSite()
// biome-ignore lint/correctness/useHookAtTopLevel: no hook of React
useBrowser()

/** What the pages of these tests have as globals. */
declare const sdk: { createBrowserClient: typeof createBrowserClient } & {
  passkeyPrompts(client: Client): PasskeyPrompts
}
declare global {
  var client: Client
  var ahead: number
  var heard: unknown[]
}

let bundle = ''
beforeAll(async () => {
  const { outputFiles } = await build({
    entryPoints: [`${import.meta.dirname}/../src/browser/index.ts`],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    globalName: 'sdk',
    target: 'es2022',
  })
  bundle = outputFiles[0]?.text ?? ''
})

/** A document of the service that has no client of its own: one that had would renew the session too. */
const home = () => `http://localhost:${new URL(site().workers[0].url).port}/docs/NOTICE`

/** The script of a page: a client whose clock can be set forward. */
async function start(page: Page, { hasLocks = true } = {}): Promise<void> {
  await page.evaluate(bundle)
  await page.evaluate((hasLocks) => {
    globalThis.ahead = 0
    globalThis.heard = []
    globalThis.client = sdk.createBrowserClient({
      now: () => Date.now() + globalThis.ahead,
      ...(hasLocks ? {} : { locks: null }),
    })
    client.on('signedIn', ({ user }) => heard.push(['signedIn', user?.email]))
    client.on('signedOut', ({ reason }) => heard.push(['signedOut', reason]))
  }, hasLocks)
}

function signIn(page: Page, email: string): Promise<unknown> {
  return page.evaluate((body) => client.login(body), { email, password })
}

/** A second tab of the same browser. */
async function openTab(page: Page): Promise<Page> {
  const tab = await page.browserContext().newPage()
  await tab.goto(home())
  return tab
}

/** Counts the renewals that leave these tabs from now on. */
function counted(...tabs: Page[]) {
  const count = { refreshes: 0 }
  for (const tab of tabs) {
    tab.on('request', (request) => {
      if (request.method() === 'POST' && request.url().endsWith('/auth/refresh'))
        count.refreshes += 1
    })
  }
  return count
}

async function twoTabs(options: { hasLocks?: boolean } = {}) {
  const email = await preparedAccount()
  const first = await openPage(home())
  const second = await openTab(first)
  await start(first, options)
  await start(second, options)
  await signIn(first, email)
  await expect.poll(() => second.evaluate(() => heard)).toEqual([['signedIn', email]])
  return { email, tabs: [first, second] as const, count: counted(first, second) }
}

/** So many calls at once, a while after the access token has run out. */
function askLater(tab: Page): Promise<number> {
  return tab.evaluate(async () => {
    globalThis.ahead = 600_000
    const answers = await Promise.all(Array.from({ length: 20 }, () => client.me.get()))
    return new Set(answers.map(({ id }) => id)).size
  })
}

describe('in Chromium, two tabs', () => {
  it('whose token has run out refresh once, by Web Locks', async () => {
    const { tabs, count } = await twoTabs()
    expect(await Promise.all(tabs.map(askLater))).toEqual([1, 1])
    expect(count.refreshes).toBe(1)
  })

  it('without Web Locks refresh once, by a channel', async () => {
    const { tabs, count } = await twoTabs({ hasLocks: false })
    expect(await Promise.all(tabs.map(askLater))).toEqual([1, 1])
    expect(count.refreshes).toBe(1)
  })

  it('end together', async () => {
    const { tabs, email } = await twoTabs()
    await tabs[0].evaluate(() => client.logout())
    await expect
      .poll(() => tabs[1].evaluate(() => heard))
      .toEqual([
        ['signedIn', email],
        ['signedOut', 'elsewhere'],
      ])
  })
})

describe('in Chromium, a page', () => {
  it('finds its session after a reload, and keeps no token where a script finds it', async () => {
    const email = await preparedAccount()
    const page = await openPage(home())
    await start(page)
    await signIn(page, email)
    await page.reload()
    await start(page)
    const count = counted(page)
    const found = await page.evaluate(async () => ({
      isRestored: await client.restore(),
      email: (await client.me.get()).email,
      cookie: document.cookie,
      stored: { ...localStorage, ...sessionStorage },
    }))
    expect(found).toEqual({
      isRestored: true,
      email,
      cookie: '',
      stored: { 'gatehouse.hint': expect.stringMatching(/^\d+$/) },
    })
    expect(count.refreshes).toBe(1)
  })

  it('adds a passkey, and signs in with it without a name', async () => {
    const email = await preparedAccount()
    const page = await openPage(home())
    await plugIn(page, 'phone')
    await start(page)
    await signIn(page, email)
    const added = await page.evaluate(async () => {
      const added = await sdk.passkeyPrompts(client).add({ name: 'Laptop' })
      await client.logout()
      return added
    })
    expect(added).toMatchObject({ kind: 'passkey', name: 'Laptop' })
    const user = await page.evaluate(async () => {
      await sdk.passkeyPrompts(client).signIn()
      return client.me.get()
    })
    expect(user).toMatchObject({ email, mfa_enabled: true })
  })

  it('shows a security key as the second factor', async () => {
    const email = await preparedAccount()
    const page = await openPage(home())
    await plugIn(page, 'stick')
    await start(page)
    await signIn(page, email)
    await page.evaluate(async () => {
      await sdk.passkeyPrompts(client).add({ kind: 'security_key' })
      await client.logout()
    })
    const pending = (await signIn(page, email)) as { mfa_token: string }
    const isSignedIn = await page.evaluate(async ({ mfa_token }) => {
      await sdk.passkeyPrompts(client).prove({ mfaToken: mfa_token })
      return client.isSignedIn
    }, pending)
    expect(isSignedIn).toBe(true)
  })

  it('without a key tells it by a code, and one that gives up waiting too', async () => {
    const page = await openPage(home())
    await plugIn(page, 'phone')
    await start(page)
    const codes = await page.evaluate(async () => {
      const passkeys = sdk.passkeyPrompts(client)
      const codeOf = (error: { code: string }) => error.code
      const without = await passkeys.signIn().then(String, codeOf)
      document.body.innerHTML = '<input autocomplete="username webauthn">'
      const waiting = passkeys.signIn({ autofill: true }).then(String, codeOf)
      // As soon as it waits.
      const timer = setInterval(() => passkeys.cancel(), 20)
      await waiting
      clearInterval(timer)
      return [without, await waiting]
    })
    expect(codes).toEqual(['PASSKEY_CANCELLED', 'PASSKEY_CANCELLED'])
  })
})
