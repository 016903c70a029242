import { describe, expect, it } from 'vitest'
import { pageSizes } from '../../../dev/page-size.ts'
import { pageSpeed } from '../../../dev/page-speed.ts'
import { call, randomEmail, randomPhone } from '../support/client.ts'
import { awaitMails } from '../support/outside.ts'
import { codeIn, password } from '../support/people.ts'
import { preparedAccount } from '../support/prepared.ts'
import { site, useSharedSite } from '../support/site.ts'
import { browser, useBrowser } from './browser.ts'
import { newAdministrator, openConsole } from './console-cast.ts'
import { review, reviewBoth } from './review.ts'
import { addressOf, errorOf, fill, press, signIn, submit, titled, visit, widths } from './visit.ts'

useSharedSite()
useBrowser()

describe.each(Object.entries(widths))('at the width of a %s', (device, width) => {
  it('somebody registers, proves the address by the mail, and signs in again', async () => {
    const email = randomEmail()
    const { page, complaints } = await visit('/login', { width })
    await titled(page, 'Sign in')
    await page.locator('input[name=password]').wait()
    expect(await review(page, `${device}-login`)).toEqual([])

    await page.locator('::-p-text(Create an account)').click()
    await titled(page, 'Create an account')
    await fill(page, 'email', email)
    await fill(page, 'password', password)
    await page.locator('input[name=terms_accepted]').click()
    await page.locator('input[name=privacy_accepted]').click()
    expect(await review(page, `${device}-register`)).toEqual([])
    await submit(page)

    await titled(page, 'Confirm that it is you')
    expect(await review(page, `${device}-verify`)).toEqual([])
    const [mail] = await awaitMails(email)
    // Who sees that the address is wrong goes back, and finds what was typed.
    await press(page, 'Back')
    await titled(page, 'Create an account')
    expect(await page.$eval('input[name=email]', (input) => input.value)).toBe(email)
    await submit(page)
    await titled(page, 'Confirm that it is you')
    await fill(page, 'code', codeIn(mail) === '000000' ? '000001' : '000000')
    await submit(page)
    expect(await errorOf(page, 'code')).toBe('The code is wrong, used or too old.')
    await fill(page, 'code', codeIn(mail))
    await submit(page)

    await titled(page, 'Your account')
    expect(await review(page, `${device}-account`)).toEqual([])
    await page.locator('::-p-text(Sign out)').click()
    await titled(page, 'Sign in')
    await signIn(page, email)
    await titled(page, 'Your account')
    expect(complaints).toEqual([])
  })
})

describe('the page to sign in', () => {
  it('loads less than 140 KB of script, compressed', async () => {
    const scripts = (await pageSizes('login')).filter(({ file }) => file.endsWith('.js'))
    expect(scripts.length).toBeGreaterThan(0)
    expect(scripts.reduce((sum, { gzip }) => sum + gzip, 0)).toBeLessThan(140_000)
  })

  it.each(Object.values(widths))(
    'moves nothing while it is loaded, at a width of %d',
    async (width) => {
      for (const path of ['/login', '/register', '/forgot-password']) {
        const { shift, largestPaint, bytes } = await pageSpeed(browser(), addressOf(path), {
          width,
        })
        expect([path, shift]).toEqual([path, 0])
        expect(largestPaint).toBeGreaterThan(0)
        expect(bytes).toBeGreaterThan(0)
      }
    },
  )

  it('says beside its field what is missing, and leads to it', async () => {
    const { page } = await visit('/login')
    await page.locator('input[name=password]').wait()
    await submit(page)
    await page.locator('.error').wait()
    const focused = await page.evaluate(() => {
      const field = document.activeElement
      const error = document.getElementById(field?.getAttribute('aria-describedby') ?? '')
      return [field?.getAttribute('name'), error?.textContent]
    })
    expect(focused).toEqual(['identifier', 'Fill in this field.'])
    expect(await review(page, 'login-empty')).toEqual([])
  })

  it('keeps what was typed where the password is wrong', async () => {
    const email = await preparedAccount()
    const { page } = await visit('/login')
    await signIn(page, email, 'something else entirely 1')
    await page.locator('.notice').wait()
    const shown = await page.$eval('.notice', (notice) => notice.textContent)
    expect(shown).toBe('The address or the password is wrong.')
    expect(await page.$eval('input[name=identifier]', (input) => input.value)).toBe(email)
    expect(await review(page, 'login-refused')).toEqual([])
  })

  it('leads whose number waits for its proof to another code, and says it of every number', async () => {
    const way = 'Number not confirmed yet? Register again for a new code.'
    const [worker] = site().workers
    const [waiting, unknown] = [randomPhone(), randomPhone()]
    const consents = { terms_accepted: true, privacy_accepted: true }
    const registered = { phone_e164: waiting, password, ...consents }
    expect((await call(worker, '/api/v1/auth/register', registered)).status).toBe(202)
    for (const phone of [unknown, waiting]) {
      const { page } = await visit('/login')
      await signIn(page, phone)
      await page.locator('.notice').wait()
      expect(await review(page, 'login-refused-number')).toEqual([])
      await press(page, way)
      await titled(page, 'Create an account')
    }
    const { page } = await visit('/login')
    await signIn(page, randomEmail())
    await page.locator('.notice').wait()
    expect(await page.$$(`::-p-text(${way})`)).toEqual([])
  })

  it('asks the service once before it can be used, and nobody else', async () => {
    const { page } = await visit('/healthz')
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    await page.goto(new URL('/login', page.url()).href)
    await page.locator('input[name=password]').wait()
    const { origin } = new URL(page.url())
    const isElsewhere = (url: string) => !url.startsWith(origin) && !url.startsWith('data:')
    expect(asked.filter(isElsewhere)).toEqual([])
    const calls = asked.filter((url) => url.includes('/api/'))
    // The second one is for the suggestions of passkeys; nothing waits for it.
    const forAutofill = `${origin}/api/v1/auth/webauthn/login/options`
    expect(calls.filter((url) => url !== forAutofill)).toEqual([
      `${origin}/api/v1/auth/forms?name=login`,
    ])
  })

  it('says so while there is no connection', async () => {
    const email = await preparedAccount()
    const { page } = await visit('/login')
    await page.locator('input[name=password]').wait()
    await page.setOfflineMode(true)
    await signIn(page, email)
    await page.locator('.notice').wait()
    expect(await review(page, 'login-offline')).toEqual([])
    await page.setOfflineMode(false)
    await submit(page)
    await titled(page, 'Your account')
  })

  it('is readable in the dark', async () => {
    const { page } = await visit('/login')
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }])
    await page.locator('input[name=password]').wait()
    await submit(page)
    await page.locator('.error').wait()
    expect(await review(page, 'login-dark')).toEqual([])
  })
})

describe('an address that leads nowhere', () => {
  it('is a page for a browser, and a problem document for everybody else', async () => {
    const { page, complaints } = await visit('/')
    const answer = await page.goto(addressOf('/sign-in?tenant=default'))
    expect(answer?.status()).toBe(404)
    expect(answer?.headers()['content-security-policy']).toContain("default-src 'none'")
    await titled(page, 'Page not found')
    expect(await reviewBoth(page, 'not-found')).toEqual([])
    await page.locator('::-p-text(To the start page)').click()
    await titled(page, 'Welcome')
    expect(complaints).toEqual([])
    const asked = await fetch(addressOf('/sign-in'), { headers: { Accept: 'application/json' } })
    expect(asked.status).toBe(404)
    expect(await asked.json()).toMatchObject({ code: 'NOT_FOUND' })
  })

  it('may begin like the account or the console, whose parts all are found', async () => {
    const statusOf = async (path: string) =>
      (await fetch(addressOf(path), { headers: { Accept: 'text/html' } })).status
    for (const path of ['/account/nothing', '/account/security/nothing', '/console/nothing']) {
      expect([path, await statusOf(path)]).toEqual([path, 404])
    }
    const { page } = await openConsole('/console/settings', await newAdministrator())
    await titled(page, 'Settings')
    const ways = () => page.$$eval('nav a', (links) => links.map((link) => link.pathname))
    const ofConsole = await ways()
    await page.goto(addressOf('/account'))
    await titled(page, 'Your account')
    const parts = new Set([...ofConsole, ...(await ways())])
    expect(parts.size).toBeGreaterThan(18)
    for (const path of [...parts, '/console/users/1', '/console/webhooks/1', '/account/closed']) {
      expect([path, await statusOf(path)]).toEqual([path, 200])
    }
  })
})
