import { describe, expect, it } from 'vitest'
import { randomEmail } from '../support/client.ts'
import { site, useSharedSite } from '../support/site.ts'
import { useBrowser } from './browser.ts'
import { reviewBoth } from './review.ts'
import { fill, press, submit, titled, visit, widths } from './visit.ts'

useSharedSite()
useBrowser()

describe.each(Object.entries(widths))('at the width of a %s', (_device, width) => {
  it('somebody new signs in with Google, and is known the next time', async () => {
    const email = randomEmail()
    const { page, complaints } = await visit('/login', { width })
    for (const _time of ['first', 'second']) {
      await press(page, 'Continue with Google')
      await titled(page, 'Sign in with Google')
      await fill(page, 'email', email)
      await submit(page)
      await titled(page, 'Your account')
      await page.locator(`::-p-text(${email})`).wait()
      await press(page, 'Sign out')
      await titled(page, 'Sign in')
    }
    expect(complaints).toEqual([])
  })
})

describe('a sign-in at a provider', () => {
  it('that is cancelled there says so, and leads back', async () => {
    const { page } = await visit('/login')
    await press(page, 'Continue with GitHub')
    await titled(page, 'Sign in with GitHub')
    await press(page, 'Cancel')
    await page.locator('.notice').wait()
    expect(await reviewBoth(page, 'social-cancelled')).toEqual([])
    await press(page, 'Try again')
    await page.locator('input[name=identifier]').wait()
  })

  it('that lacks a second step is told so, and Back begins again', async () => {
    const email = randomEmail()
    const { page } = await visit('/login')
    const byGoogle = async () => {
      await titled(page, 'Sign in')
      await press(page, 'Continue with Google')
      await titled(page, 'Sign in with Google')
      await fill(page, 'email', email)
      await submit(page)
    }
    await byGoogle()
    await titled(page, 'Your account')
    // Whoever administers may not be without one.
    await site().database.query(
      `update users set roles = '{member,admin}', authority_version = authority_version + 1 where email = $1`,
      [email],
    )
    await press(page, 'Sign out')
    await byGoogle()
    await titled(page, 'Set up a second step')
    await press(page, 'Back')
    await byGoogle()
    await titled(page, 'Set up a second step')
  })

  it('whose answer was brought to another browser signs nobody in', async () => {
    const { page } = await visit('/auth/callback?code=somebody-elses')
    await page.locator('.notice').wait()
    expect(await page.$eval('.notice', (notice) => notice.textContent)).toContain('elsewhere')
    // The code stays in no history.
    expect(new URL(page.url()).search).toBe('')
    expect(await reviewBoth(page, 'social-foreign')).toEqual([])
  })
})
