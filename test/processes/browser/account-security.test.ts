import { expect, it } from 'vitest'
import { randomPhone } from '../support/client.ts'
import { appCode, newProtected, unshow } from '../support/factors.ts'
import { awaitMails } from '../support/outside.ts'
import { codeIn, password } from '../support/people.ts'
import { preparedAccount } from '../support/prepared.ts'
import { useSharedSite } from '../support/site.ts'
import { ageProof, button, confirm, keepFiles, listed, signedIn } from './account.ts'
import { plugIn } from './authenticator.ts'
import { useBrowser } from './browser.ts'
import { reviewBoth } from './review.ts'
import { fill, holds, press, signIn, submit, titled, typeInto, visit } from './visit.ts'

useSharedSite()
useBrowser()

it('an authenticator app is added in the account, and asked for at the next sign-in', async () => {
  const email = await preparedAccount()
  const { page, complaints } = await signedIn(email, 'Security')
  await page.locator('.acts .button').wait()
  expect(await reviewBoth(page, 'account-security')).toEqual([])

  await press(page, 'Authenticator app')
  const secret = await page
    .locator('.secret')
    .map((code) => code.textContent ?? '')
    .wait()
  expect(await reviewBoth(page, 'account-add-app')).toEqual([])
  const setup = { secret: secret.replaceAll(' ', ''), provisioning_uri: '' }
  await fill(page, 'code', appCode(setup))
  await press(page, 'Turn on')

  await titled(page, 'Your backup codes')
  expect(await page.$$eval('.codes li', (codes) => codes.length)).toBe(10)
  expect(await reviewBoth(page, 'account-backup-codes')).toEqual([])
  await press(page, 'I have kept them')
  await titled(page, 'Security')
  await listed(page, 'Authenticator app')
  expect(await reviewBoth(page, 'account-security-app')).toEqual([])

  await unshow(email)
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
  const email = await preparedAccount()
  const { page, complaints } = await signedIn(email, 'Security')
  await plugIn(page, 'phone')
  await page.locator('.acts .button').wait()
  await ageProof(email)
  await press(page, 'Add a passkey')
  await fill(page, 'name', 'My phone')
  await press(page, 'Continue')

  // The dialog that asks for the proof lies on that of the key, which keeps what was typed.
  await typeInto(page, 'dialog input[type=password]', password)
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
  await holds(page, () => !document.querySelector('.rows li, dialog'))
  // The button that opened the dialog is gone: whoever listens goes on at the heading.
  expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1')
  expect(complaints).toEqual([])
})

it('codes to a phone are added, and removed after a proof', async () => {
  const phone = randomPhone()
  const { page, complaints } = await signedIn(await preparedAccount(), 'Security')
  await press(page, 'Code by SMS')
  await fill(page, 'phone_e164', phone)
  await page.locator('dialog button[type=submit]').click()
  await page.locator('dialog input[name=code]').wait()
  expect(await reviewBoth(page, 'account-add-sms')).toEqual([])
  const [text] = await awaitMails(phone)
  await fill(page, 'code', codeIn(text))
  await press(page, 'Turn on')
  await titled(page, 'Your backup codes')
  const codes = await page.$$eval('.codes li', (shown) => shown.map((each) => each.textContent))
  await press(page, 'I have kept them')
  await listed(page, 'Code by SMS')

  // The session has not shown it yet: what was just set up is asked for, or anything that stands for it.
  await press(page, 'Remove')
  await confirm(page)
  await press(page, 'Confirm in another way')
  await press(page, 'Backup code')
  await fill(page, 'code', codes[0] ?? '')
  expect(await reviewBoth(page, 'account-step-up-code')).toEqual([])
  await page.locator(button('Confirm')).click()
  await holds(page, () => !document.querySelector('.rows li'))
  expect(complaints).toEqual([])
})

it('new backup codes take the place of the old ones', async () => {
  const person = await newProtected()
  const { page } = await visit('/login')
  await signIn(page, person.email)
  await titled(page, 'One more step')
  await fill(page, 'code', appCode(person.setup))
  await page.locator('input[name=remember_device]').click()
  await submit(page)
  await titled(page, 'Your account')
  await press(page, 'Security')
  await press(page, 'Get new codes')
  await confirm(page)
  await titled(page, 'Your backup codes')
  const codes = await page.$$eval('.codes li', (shown) => shown.map((each) => each.textContent))
  const saved = await keepFiles(page)
  await press(page, 'Download')
  await holds(page, () => 'saved' in globalThis)
  expect((await saved()).trim().split('\n')).toEqual(codes)
  expect(codes).toHaveLength(10)
  expect(codes).not.toContain(person.backupCodes[0])
  await press(page, 'I have kept them')

  // The device that was remembered on the way is forgotten.
  await press(page, 'Sessions')
  await listed(page, 'Remembered until')
  expect(await reviewBoth(page, 'account-devices')).toEqual([])
  await page.locator(button('Forget')).click()
  await confirm(page)
  await page.locator('::-p-text(None. You can have a device remembered)').wait()
})

it('is used by the keyboard alone, and gives the focus back', async () => {
  const { page } = await signedIn(await preparedAccount(), 'Security')
  await page.locator(button('Authenticator app')).wait()
  const focused = () => page.evaluate(() => document.activeElement?.textContent)
  for (let step = 0; step < 20 && (await focused()) !== 'Authenticator app'; step += 1) {
    await page.keyboard.press('Tab')
  }
  await page.keyboard.press('Enter')
  await page.locator('dialog input[name=code]').wait()
  await page.keyboard.type('1')
  expect(await page.$eval('dialog input[name=code]', (field) => field.value)).toBe('1')
  await page.keyboard.press('Escape')
  await holds(page, () => !document.querySelector('dialog'))
  expect(await focused()).toBe('Authenticator app')
})
