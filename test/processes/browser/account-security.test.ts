import { expect, it } from 'vitest'
import { appCode, settle } from '../support/factors.ts'
import { newAccount, password } from '../support/people.ts'
import { useSiteForBrowser } from '../support/site.ts'
import { ageProof, button, listed, signedIn } from './account.ts'
import { plugIn } from './authenticator.ts'
import { useBrowser } from './browser.ts'
import { reviewBoth } from './review.ts'
import { fill, press, signIn, submit, titled } from './visit.ts'

useSiteForBrowser()
useBrowser()

it('an authenticator app is added in the account, and asked for at the next sign-in', async () => {
  const email = await newAccount()
  const { page, complaints } = await signedIn(email, 'Security')
  await page.locator('.acts .button').wait()
  expect(await reviewBoth(page, 'account-security')).toEqual([])

  await press(page, 'Authenticator app')
  const secret = await page
    .locator('.secret')
    .map((code) => code.textContent ?? '')
    .wait()
  expect(await reviewBoth(page, 'account-add-app')).toEqual([])
  await settle(5_000)
  const setup = { secret: secret.replaceAll(' ', ''), provisioning_uri: '' }
  await fill(page, 'code', appCode(setup, 1))
  await press(page, 'Turn on')

  await titled(page, 'Your backup codes')
  expect(await page.$$eval('.codes li', (codes) => codes.length)).toBe(10)
  expect(await reviewBoth(page, 'account-backup-codes')).toEqual([])
  await press(page, 'I have kept them')
  await titled(page, 'Security')
  await listed(page, 'Authenticator app')
  expect(await reviewBoth(page, 'account-security-app')).toEqual([])

  await press(page, 'Sign out')
  await titled(page, 'Sign in')
  await signIn(page, email)
  await titled(page, 'One more step')
  await fill(page, 'code', appCode(setup))
  await submit(page)
  await titled(page, 'Your account')
  expect(complaints).toEqual([])
})

it('a passkey is added, renamed and removed, each after a fresh proof', async () => {
  const email = await newAccount()
  const { page, complaints } = await signedIn(email, 'Security')
  await plugIn(page, 'phone')
  await page.locator('.acts .button').wait()
  await ageProof(email)
  await press(page, 'Add a passkey')
  await fill(page, 'name', 'My phone')
  await press(page, 'Continue')

  // The dialog that asks for the proof lies on that of the key, which keeps what was typed.
  await page.locator('dialog input[type=password]').fill(password)
  expect(await reviewBoth(page, 'account-step-up')).toEqual([])
  await page.locator(button('Confirm')).click()
  await titled(page, 'Your backup codes')
  await press(page, 'I have kept them')
  await listed(page, 'My phone')

  await ageProof(email)
  await press(page, 'Rename')
  await fill(page, 'name', 'The old phone')
  await press(page, 'Save')
  await press(page, 'Use the key')
  await listed(page, 'The old phone')
  expect(await reviewBoth(page, 'account-keys')).toEqual([])

  await press(page, 'Remove')
  expect(await reviewBoth(page, 'account-remove-key')).toEqual([])
  await page.locator('dialog button[type=submit]').click()
  await page.waitForFunction(() => !document.querySelector('.rows li'))
  expect(complaints).toEqual([])
})
