import type { HTTPRequest, Page } from 'puppeteer-core'
import { describe, expect, it } from 'vitest'
import { password } from '../support/people.ts'
import { preparedAccount } from '../support/prepared.ts'
import { useSharedSite } from '../support/site.ts'
import { useBrowser } from './browser.ts'
import { reviewBoth } from './review.ts'
import { addressOf, errorOf, holds, press, signIn, titled, visit } from './visit.ts'

useSharedSite()
useBrowser()

interface Refusal {
  status: number
  code: string
  headers: Record<string, string>
}

/** The service refuses these requests of the page for as long as `isOn`. */
async function refuse(page: Page, path: string, refusal: Refusal) {
  const state = { isOn: true }
  const { status, code, headers } = refusal
  await page.setRequestInterception(true)
  page.on('request', (request: HTTPRequest) => {
    if (!state.isOn || !new URL(request.url()).pathname.startsWith(path)) {
      return void request.continue()
    }
    const body = JSON.stringify({ type: `#${code}`, title: code, status, code })
    void request.respond({ status, headers, contentType: 'application/problem+json', body })
  })
  return state
}

async function notice(page: Page): Promise<string> {
  await page.locator('.notice').wait()
  return page.$eval('.notice', (shown) => shown.textContent ?? '')
}

describe('a page', () => {
  it('counts down where there were too many attempts, and goes on after that', async () => {
    const email = await preparedAccount()
    const { page } = await visit('/healthz')
    const limit = { status: 429, code: 'TOO_MANY_ATTEMPTS', headers: { 'Retry-After': '12' } }
    const refused = await refuse(page, '/api/v1/auth/login', limit)
    await page.goto(addressOf('/login'))
    await signIn(page, email)
    expect(await notice(page)).toBe('Too many attempts. Wait a moment.')
    expect(await page.$eval('button[type=submit]', (button) => button.textContent)).toMatch(
      /^Try again in \d+ s$/,
    )
    expect(await reviewBoth(page, 'state-limited')).toEqual([])
    refused.isOn = false
    await holds(
      page,
      () => document.querySelector('button[type=submit]')?.textContent === 'Sign in',
    )
    // What was typed is still there.
    await press(page, 'Sign in')
    await titled(page, 'Your account')
  })

  it('whose form cannot be had offers to ask again', async () => {
    const { page } = await visit('/healthz')
    const down = { status: 503, code: 'UNAVAILABLE', headers: { 'Retry-After': '11' } }
    const refused = await refuse(page, '/api/v1/auth/forms', down)
    await page.goto(addressOf('/login'))
    expect(await notice(page)).toBe('The service is not available at the moment. Nothing is lost.')
    expect(await reviewBoth(page, 'state-unavailable')).toEqual([])
    refused.isOn = false
    await press(page, 'Try again')
    await page.locator('input[name=identifier]').wait()
  })

  it('whose script does not come says so, and can be loaded again', async () => {
    const { page } = await visit('/login')
    await page.locator('input[name=identifier]').wait()
    const state = { isOn: true }
    await page.setRequestInterception(true)
    page.on('request', (request) => {
      if (state.isOn && request.url().includes('/app/')) void request.abort()
      else void request.continue()
    })
    await press(page, 'Create an account')
    await titled(page, 'This page has failed')
    expect(await reviewBoth(page, 'state-broken')).toEqual([])
    state.isOn = false
    await press(page, 'Load the page again')
    await titled(page, 'Create an account')
  })

  it('of an older release than the service answers says so, and loads the newest', async () => {
    const { page } = await visit('/healthz')
    const old = { isOn: true }
    await page.setRequestInterception(true)
    page.on('request', (request) => {
      const headers = { ...request.headers() }
      if (old.isOn && 'x-app-version' in headers) headers['x-app-version'] = '0.0.1'
      void request.continue({ headers })
    })
    await page.goto(addressOf('/login'))
    await titled(page, 'These pages are too old')
    expect(await reviewBoth(page, 'state-outdated')).toEqual([])
    old.isOn = false
    await press(page, 'Load the newest pages')
    await page.locator('input[name=identifier]').wait()
  })

  it('says before a sign-in that cookies are blocked', async () => {
    const { page } = await visit('/healthz')
    const session = await page.createCDPSession()
    await session.send('Emulation.setDocumentCookieDisabled', { disabled: true })
    await page.goto(addressOf('/login'))
    expect(await notice(page)).toContain('This browser keeps no cookies')
    expect(await reviewBoth(page, 'state-no-cookies')).toEqual([])
  })

  it('keeps what is typed in its field after several were refused', async () => {
    const { page } = await visit('/login')
    await page.locator('input[name=password]').wait()
    await press(page, 'Sign in')
    await errorOf(page, 'identifier')
    await page.keyboard.type('lin@example.com', { delay: 30 })
    const typed = await page.$$eval('input', (inputs) => inputs.map(({ value }) => value))
    expect(typed).toEqual(['lin@example.com', ''])
  })

  it('is used by keys alone', async () => {
    const email = await preparedAccount()
    const { page } = await visit('/login')
    await page.locator('input[name=identifier]').wait()
    await page.keyboard.press('Tab')
    await page.keyboard.type(email)
    await page.keyboard.press('Tab')
    await page.keyboard.type('something else entirely 1')
    await page.keyboard.press('Enter')
    expect(await notice(page)).toBe('The address or the password is wrong.')
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Show')
    await page.keyboard.press('Enter')
    expect(await page.$eval('input[name=password]', (input) => input.type)).toBe('text')
    await page.keyboard.down('Shift')
    await page.keyboard.press('Tab')
    await page.keyboard.up('Shift')
    await page.$eval('input[name=password]', (input) => input.select())
    await page.keyboard.type(password)
    await page.keyboard.press('Enter')
    await titled(page, 'Your account')
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Your account')
  })
})
