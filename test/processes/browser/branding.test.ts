import { randomUUID } from 'node:crypto'
import type { Page } from 'puppeteer-core'
import { describe, expect, it } from 'vitest'
import { site, useSharedSite } from '../support/site.ts'
import { useBrowser } from './browser.ts'
import { reviewBoth } from './review.ts'
import { addressOf, holds, press, titled, visit } from './visit.ts'

useSharedSite()
useBrowser()

/** The slug of a tenant with a name and a colour of its own. */
async function brandedTenant(): Promise<string> {
  const slug = `acme-${randomUUID().slice(0, 8)}`
  const branding = {
    name: 'Acme Shop',
    primary_color: '#ffd54a',
    support_url: 'https://help.example.com/',
  }
  await site().database.query(
    'insert into tenants (id, slug, name, settings) values ($1, $2, $2, $3)',
    [randomUUID(), slug, JSON.stringify({ branding })],
  )
  return slug
}

/** Of what is pressed first. */
async function colorsOf(page: Page): Promise<string[]> {
  return page.$eval('button[type=submit]', (button) => {
    const { backgroundColor, color } = getComputedStyle(button)
    return [backgroundColor, color]
  })
}

describe('the pages of a tenant', () => {
  it('bear its name, its colour and its way to help', async () => {
    const slug = await brandedTenant()
    const { page, complaints } = await visit(`/login?tenant=${slug}`)
    await page.locator('input[name=password]').wait()
    await holds(page, () => document.title === 'Sign in · Acme Shop')
    expect(await page.$eval('.brand', (brand) => brand.textContent)).toBe('Acme Shop')
    expect(await colorsOf(page)).toEqual(['rgb(255, 213, 74)', 'rgb(0, 0, 0)'])
    const help = await page.$eval('.foot a[href^="https:"]', (link) => link.textContent)
    expect(help).toBe('Help')
    expect(await reviewBoth(page, 'branded')).toEqual([])
    // Those of other tenants do not.
    await page.goto(addressOf(`/?tenant=${slug}`))
    await holds(page, () => document.title === 'Welcome · Acme Shop')
    await page.goto(addressOf('/'))
    await holds(page, () => document.title === 'Welcome · Gatehouse')
    expect(complaints).toEqual([])
  })

  it.each([
    '/verify-email',
    '/accept-invitation',
    '/magic-link',
    '/reset-password',
    '/recover',
    '/recover/cancel',
  ])('bear them too where %s, opened from a letter, is the first', async (path) => {
    const slug = await brandedTenant()
    const { page, complaints } = await visit(`${path}?tenant=${slug}#token=${'x'.repeat(48)}`)
    await page.locator('button[type=submit]').wait()
    await holds(page, () => document.title.endsWith(' · Acme Shop'))
    expect(await page.$eval('.brand', (brand) => brand.textContent)).toBe('Acme Shop')
    expect(await colorsOf(page)).toEqual(['rgb(255, 213, 74)', 'rgb(0, 0, 0)'])
    expect(await reviewBoth(page, `branded${path.replaceAll('/', '-')}`)).toEqual([])
    expect(complaints).toEqual([])
  })

  it('bear them too where a part of the link got lost', async () => {
    const { page } = await visit(`/recover?tenant=${await brandedTenant()}`)
    await holds(page, () => document.title === 'The link is not complete · Acme Shop')
  })

  it('ask for them once', async () => {
    const { page } = await visit('/healthz')
    const asked: string[] = []
    page.on('request', (request) => {
      const { pathname, searchParams } = new URL(request.url())
      if (pathname.endsWith('/auth/forms')) asked.push(searchParams.get('name') ?? '')
    })
    await page.goto(addressOf(`/verify-email?tenant=${await brandedTenant()}#token=x`))
    await holds(page, () => document.title.endsWith(' · Acme Shop'))
    await press(page, 'Confirm')
    await page.locator('input[name=email]').wait()
    await press(page, 'Sign in')
    await page.locator('input[name=password]').wait()
    await page.evaluate(() => history.back())
    await titled(page, 'Confirm your e-mail address')
    expect(asked).toEqual(['login', 'forgot_password', 'login'])
  })
})

describe('the page of a tenant that there is not', () => {
  it('says so, in each language, and offers nothing that would not help', async () => {
    for (const [language, sentence] of [
      ['en', 'This address is not known here. Check the link that led to it.'],
      ['bn', 'এই ঠিকানাটি এখানে পরিচিত নয়। যে লিংক থেকে এসেছেন, সেটি মিলিয়ে দেখুন।'],
    ] as const) {
      const { page } = await visit('/login?tenant=nobody', { language })
      await page.locator('.notice').wait()
      expect(await page.$eval('.notice', (shown) => shown.textContent)).toBe(sentence)
      expect(await page.$$('main button')).toHaveLength(0)
      expect(await reviewBoth(page, `nobody-${language}`)).toEqual([])
    }
  })

  it.each([
    ['of a tenant that there is not', '?tenant=nobody'],
    ['of a service that is away', ''],
  ])('and opened from a letter, %s, it is there without a name', async (_, query) => {
    const { page, complaints } = await visit('/healthz')
    await page.setRequestInterception(true)
    page.on('request', (request) => {
      const isAway = !query && request.url().includes('/auth/forms')
      void (isAway ? request.abort() : request.continue())
    })
    const answered = page.waitForRequest((request) => request.url().includes('/auth/forms'))
    await page.goto(addressOf(`/verify-email${query}#token=x`))
    await titled(page, 'Confirm your e-mail address')
    await answered
    await page.waitForNetworkIdle()
    expect(await page.$eval('.brand', (brand) => brand.textContent)).toBe('Gatehouse')
    expect(await page.$$('main button[type=submit]')).toHaveLength(1)
    expect(await page.$$('.notice')).toHaveLength(0)
    expect(complaints).toEqual([])
  })
})
