import type { Page } from 'puppeteer-core'
import { describe, expect, it } from 'vitest'
import { newProtected } from '../support/factors.ts'
import { preparedAccount } from '../support/prepared.ts'
import { useSharedSite } from '../support/site.ts'
import { confirm } from './account.ts'
import { plugIn } from './authenticator.ts'
import { useBrowser } from './browser.ts'
import { reviewBoth } from './review.ts'
import { makeAdministrator } from './roles.ts'
import { holds, press, signIn, titled, visit } from './visit.ts'

useSharedSite()
useBrowser()

/** The page of somebody who has just got new codes, with another page of the account before it. */
async function withNewCodes(): Promise<Page> {
  const { email } = await newProtected()
  const { page } = await visit('/account', { as: { email, acr: 'aal2' } })
  await titled(page, 'Your account')
  await press(page, 'Security')
  await press(page, 'Get new codes')
  await confirm(page)
  await titled(page, 'Your backup codes')
  return page
}

async function asked(page: Page): Promise<void> {
  await holds(page, () => document.querySelector('dialog[open] h2'))
  expect(await page.$eval('dialog h2', (title) => title.textContent)).toBe(
    'Have you kept the codes?',
  )
}

async function stays(page: Page): Promise<void> {
  await press(page, 'Back to the codes')
  await holds(page, () => !document.querySelector('dialog'))
  expect(await page.$$eval('.codes li', (codes) => codes.length)).toBe(10)
  expect(new URL(page.url()).pathname).toBe('/account/security')
}

describe('new backup codes', () => {
  it('are left by a link, a step back or a sign-out only once somebody has said so', async () => {
    const page = await withNewCodes()
    await press(page, 'Profile')
    await asked(page)
    expect(await reviewBoth(page, 'backup-codes-left')).toEqual([])
    await stays(page)
    await page.evaluate(() => history.back())
    await asked(page)
    await stays(page)
    await press(page, 'Sign out')
    await asked(page)
    await page.keyboard.press('Escape')
    await holds(page, () => !document.querySelector('dialog'))

    await page.evaluate(() => history.back())
    await asked(page)
    await press(page, 'Leave without them')
    await titled(page, 'Your account')
    await press(page, 'Security')
    await titled(page, 'Security')
  })

  it('hold up a reload, and nothing any more once they are kept', async () => {
    const page = await withNewCodes()
    const said: string[] = []
    page.on('dialog', (dialog) => {
      said.push(dialog.type())
      void dialog.dismiss()
    })
    await page.evaluate(() => location.reload())
    await expect.poll(() => said).toEqual(['beforeunload'])
    await titled(page, 'Your backup codes')
    await press(page, 'I have kept them')
    await titled(page, 'Security')
    await page.reload()
    await press(page, 'Sign out')
    await titled(page, 'Sign in')
    expect(said).toHaveLength(1)
  })

  it('of a first factor that a sign-in asked for hold up a step back', async () => {
    const email = await preparedAccount()
    await makeAdministrator(email)
    const { page } = await visit('/register')
    await press(page, 'Sign in')
    await signIn(page, email)
    await titled(page, 'Set up a second step')
    await page.locator('::-p-text(Passkey or security key)').click()
    await plugIn(page, 'phone')
    await press(page, 'Create a passkey')
    await titled(page, 'Your backup codes')
    await page.evaluate(() => history.back())
    await asked(page)
    await press(page, 'Leave without them')
    await titled(page, 'Create an account')
  })
})
