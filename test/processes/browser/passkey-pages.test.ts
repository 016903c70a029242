import { describe, expect, it } from 'vitest'
import { preparedAccount } from '../support/prepared.ts'
import { useSharedSite } from '../support/site.ts'
import { plugIn } from './authenticator.ts'
import { useBrowser } from './browser.ts'
import { reviewBoth } from './review.ts'
import { fill, press, signIn, titled, visit, widths } from './visit.ts'

useSharedSite()
useBrowser()

describe.each(Object.entries(widths))('at the width of a %s', (_device, width) => {
  it('a passkey is made in the account, and then signs in without a name', async () => {
    const email = await preparedAccount()
    const { page, complaints } = await visit('/login', { width })
    await plugIn(page, 'phone')
    await signIn(page, email)
    await titled(page, 'Your account')
    await press(page, 'Security')
    await titled(page, 'Security')
    await press(page, 'Add a passkey')
    await press(page, 'Continue')
    await titled(page, 'Your backup codes')
    await press(page, 'I have kept them')
    await titled(page, 'Security')
    await press(page, 'Sign out')
    // The browser finds the key by itself as soon as the page offers it among the suggestions of the address.
    await titled(page, 'Your account')
    await page.locator(`::-p-text(${email})`).wait()
    expect(complaints).toEqual([])
  })
})

describe('the prompt for a passkey', () => {
  it('that is closed says so, and leaves every other way open', async () => {
    const email = await preparedAccount()
    const { page } = await visit('/healthz')
    await page.evaluateOnNewDocument(() => {
      const wait = () => new Promise<never>(() => {})
      navigator.credentials.get = async (options) =>
        options?.mediation === 'conditional'
          ? wait()
          : Promise.reject(new DOMException('The prompt was closed.', 'NotAllowedError'))
    })
    await page.goto(new URL('/login', page.url()).href)
    await fill(page, 'identifier', email)
    await press(page, 'Sign in with a passkey')
    await page.locator('.notice').wait()
    const said = await page.$eval('.notice', (notice) => notice.textContent)
    expect(said).toContain('The prompt was closed.')
    expect(await page.$eval('input[name=identifier]', (input) => input.value)).toBe(email)
    expect(await reviewBoth(page, 'passkey-closed')).toEqual([])
    await signIn(page, email)
    await titled(page, 'Your account')
  })
})
