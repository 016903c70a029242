import type { Page } from 'puppeteer-core'
import { describe, expect, it } from 'vitest'
import { preparedAccount } from '../support/prepared.ts'
import { useSharedSite } from '../support/site.ts'
import { useBrowser } from './browser.ts'
import { mailedLink } from './letters.ts'
import { reviewBoth } from './review.ts'
import { errorOf, fill, press, submit, titled, visit } from './visit.ts'

useSharedSite()
useBrowser()

/** Asks for a link on the page to sign in, which then waits. */
async function askForLink(email: string): Promise<Page> {
  const { page } = await visit('/login')
  await fill(page, 'identifier', email)
  await press(page, 'Other ways to sign in')
  await press(page, 'Send a link by e-mail')
  await titled(page, 'Look into your mail')
  return page
}

/** As the page shows it that asked for the link. */
async function codeOn(page: Page): Promise<string> {
  return page.$eval('.digits', (digits) => digits.textContent ?? '')
}

describe('a link that signs in', () => {
  it('signs in the browser that asked for it, in either of its tabs', async () => {
    const email = await preparedAccount()
    const first = await askForLink(email)
    expect(await reviewBoth(first, 'magic-link-sent')).toEqual([])
    const link = await mailedLink(email, '/magic-link')
    const { page, complaints } = await visit(link, { beside: first })
    await titled(page, 'Sign in')
    expect(page.url()).not.toContain('token')
    expect(await reviewBoth(page, 'magic-link')).toEqual([])
    await submit(page)
    await titled(page, 'Your account')
    await titled(first, 'Your account')
    expect(complaints).toEqual([])
  })

  it('asks another browser for the code that the first one shows', async () => {
    const email = await preparedAccount()
    const first = await askForLink(email)
    const link = await mailedLink(email, '/magic-link')
    const { page } = await visit(link)
    await submit(page)
    await titled(page, 'Enter the code')
    expect(await reviewBoth(page, 'magic-link-elsewhere')).toEqual([])
    const code = await codeOn(first)
    await fill(page, 'confirmation_code', code === '000000' ? '111111' : '000000')
    await submit(page)
    expect(await errorOf(page, 'confirmation_code')).toContain('The code is wrong.')
    await fill(page, 'confirmation_code', code)
    await submit(page)
    await titled(page, 'Your account')
    // Nobody is signed in where the link was not opened.
    await titled(first, 'Look into your mail')
  })

  it('that is used up leads to a new one', async () => {
    const email = await preparedAccount()
    const first = await askForLink(email)
    const link = await mailedLink(email, '/magic-link')
    const { page } = await visit(link, { beside: first })
    await submit(page)
    await titled(page, 'Your account')
    const { page: again } = await visit(link)
    await submit(again)
    await titled(again, 'This link no longer works')
    expect(await reviewBoth(again, 'magic-link-outdated')).toEqual([])
    await press(again, 'Ask for a new link')
    await titled(again, 'Sign in by mail')
    await again.locator('input[name=email]').wait()
    expect(await reviewBoth(again, 'sign-in-link')).toEqual([])
    await fill(again, 'email', await preparedAccount())
    await submit(again)
    await titled(again, 'Look into your mail')
  })
})
