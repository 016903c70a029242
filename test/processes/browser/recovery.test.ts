import type { Page } from 'puppeteer-core'
import { describe, expect, it } from 'vitest'
import { newProtected } from '../support/factors.ts'
import { passwordNumber } from '../support/people.ts'
import { site, useSharedSite } from '../support/site.ts'
import { useBrowser } from './browser.ts'
import { mailedLink } from './letters.ts'
import { reviewBoth } from './review.ts'
import { errorOf, fill, press, signIn, submit, titled, visit } from './visit.ts'

useSharedSite()
useBrowser()

/** From the second step of a sign-in, which cannot be shown any more, to the page of the mailed link. */
async function loseThePhone(email: string): Promise<{ link: string; page: Page }> {
  const { page } = await visit('/login')
  await signIn(page, email)
  await titled(page, 'One more step')
  await press(page, 'Lost what you confirm with?')
  await titled(page, 'Recover your account')
  await page.locator('input[name=email]').wait()
  expect(await reviewBoth(page, 'recover-request')).toEqual([])
  await fill(page, 'email', email)
  await submit(page)
  await page.locator(`::-p-text(If there is an account with ${email})`).wait()
  const link = await mailedLink(email, '/recover')
  const { page: opened, complaints } = await visit(link)
  await opened.locator('input[name=new_password]').wait()
  expect(opened.url()).not.toContain('token')
  expect(complaints).toEqual([])
  return { link, page: opened }
}

describe('somebody whose phone is lost', () => {
  it('gets in at once with a backup code', async () => {
    const { email, backupCodes } = await newProtected()
    const { page } = await loseThePhone(email)
    await submit(page)
    expect(await errorOf(page, 'new_password')).not.toBe('')
    await fill(page, 'new_password', passwordNumber(4))
    await fill(page, 'backup_code', 'wrong-code')
    expect(await reviewBoth(page, 'recover')).toEqual([])
    await submit(page)
    expect(await errorOf(page, 'backup_code')).not.toBe('')
    expect(await reviewBoth(page, 'recover-refused')).toEqual([])
    await fill(page, 'backup_code', backupCodes[0] ?? '')
    await submit(page)
    await titled(page, 'Your account is recovered')
    expect(await reviewBoth(page, 'recover-done')).toEqual([])
    await press(page, 'Sign in')
    await titled(page, 'Sign in')
    await signIn(page, email, passwordNumber(4))
    await titled(page, 'Your account')
  })

  it('waits a day without one, and finishes by the same link', async () => {
    const { email } = await newProtected()
    const { link, page } = await loseThePhone(email)
    await fill(page, 'new_password', passwordNumber(5))
    await submit(page)
    await titled(page, 'The recovery waits')
    expect(await reviewBoth(page, 'recover-waits')).toEqual([])

    const { page: early } = await visit(link)
    await press(early, 'Finish a recovery that has waited')
    await titled(early, 'Finish a recovery that has waited')
    expect(await reviewBoth(early, 'recover-finish')).toEqual([])
    await submit(early)
    await titled(early, 'The recovery waits')

    await site().database.query(
      `update recoveries set completes_at = now() where user_id = (select id from users where email = $1)`,
      [email],
    )
    const { page: late } = await visit(link)
    await press(late, 'Finish a recovery that has waited')
    await titled(late, 'Finish a recovery that has waited')
    await submit(late)
    await titled(late, 'Your account is recovered')
    await press(late, 'Sign in')
    await signIn(late, email, passwordNumber(5))
    await titled(late, 'Your account')
  })

  it('whose link was used is shown both ways on', async () => {
    const { email } = await newProtected()
    const { link, page } = await loseThePhone(email)
    await fill(page, 'new_password', passwordNumber(6))
    await submit(page)
    await titled(page, 'The recovery waits')
    const { page: again } = await visit(link)
    await fill(again, 'new_password', passwordNumber(7))
    await submit(again)
    await titled(again, 'This link no longer works')
    expect(await reviewBoth(again, 'recover-outdated')).toEqual([])
    await press(again, 'Ask for a new link')
    await titled(again, 'Recover your account')
  })
})
