import { describe, expect, it } from 'vitest'
import { oneValue } from '../support/database.ts'
import { awaitMails, mailsTo, until } from '../support/outside.ts'
import { codeIn, password } from '../support/people.ts'
import { preparedAccount } from '../support/prepared.ts'
import { newPerson } from '../support/providers.ts'
import { site, useSharedSite } from '../support/site.ts'
import { ageProof, button, confirm, keepFiles, listed, signedIn } from './account.ts'
import { useBrowser } from './browser.ts'
import { reviewBoth } from './review.ts'
import { addressOf, fill, holds, press, signIn, submit, titled, typeInto, visit } from './visit.ts'

useSharedSite()
useBrowser()

it('everything that is kept is downloaded after a fresh proof', async () => {
  const email = await preparedAccount()
  const { page, complaints } = await signedIn(email, 'Your data')
  const saved = await keepFiles(page)
  expect(await reviewBoth(page, 'account-data')).toEqual([])
  await ageProof(email)
  await page.locator(button('Download')).click()
  await typeInto(page, 'dialog input[type=password]', password)
  await confirm(page)
  await page.locator('::-p-text(Downloaded.)').wait()
  expect(JSON.parse(await saved())).toMatchObject({ account: { email } })
  expect(complaints).toEqual([])
})

it('the account is deleted by typing its address, and kept by signing in again', async () => {
  const email = await preparedAccount()
  const deletesAt = () =>
    oneValue<Date | null>('select deletes_at from users where email = $1', email)
  const { page, complaints } = await signedIn(email, 'Your data')
  await page.locator(button('Delete the account')).click()
  await fill(page, 'typed', 'somebody@example.com')
  await confirm(page)
  await page.locator('dialog .error').wait()
  expect(await reviewBoth(page, 'account-close')).toEqual([])
  expect(await deletesAt()).toBeNull()

  await fill(page, 'typed', email)
  await confirm(page)
  await titled(page, 'Your account will be deleted')
  expect(await reviewBoth(page, 'account-closed')).toEqual([])
  expect(await deletesAt()).toBeInstanceOf(Date)

  await press(page, 'Sign in')
  await titled(page, 'Sign in')
  await signIn(page, email)
  await titled(page, 'Your account')
  expect(await deletesAt()).toBeNull()
  expect(complaints).toEqual([])
})

it('an account elsewhere is linked through its provider, and unlinked', async () => {
  const [email, person] = [await preparedAccount(), newPerson()]
  const { page } = await signedIn(email, 'Linked accounts')
  await page.locator(button('Link Google here')).click()
  await titled(page, 'Sign in with Google')
  await fill(page, 'email', person.email)
  await submit(page)
  await titled(page, 'Linked accounts')
  await listed(page, person.email)
  expect(await reviewBoth(page, 'account-identities')).toEqual([])

  await page.locator(button('Unlink')).click()
  await confirm(page)
  await holds(page, () => !document.querySelector('.rows li'))
})

it('who has no password confirms by a mailed code, and sets one by a mailed link', async () => {
  const email = await preparedAccount()
  const { page, complaints } = await signedIn(email, 'Your data')
  await site().database.query(
    'delete from password_credentials where user_id = (select id from users where email = $1)',
    [email],
  )
  await ageProof(email)
  await page.locator(button('Download')).click()
  const { length } = await mailsTo(email)
  await page.locator(button('Send a code')).click()
  const [mail] = await awaitMails(email, length + 1)
  await fill(page, 'code', codeIn(mail))
  await page.locator(button('Confirm')).click()
  await page.locator('::-p-text(Downloaded.)').wait()

  await press(page, 'Security')
  await press(page, 'Set a password')
  await titled(page, 'Set a password')
  expect(await reviewBoth(page, 'account-first-password')).toEqual([])
  await page.locator(button('Send a link')).click()
  await page.locator(`::-p-text(A link is on its way to ${email}.)`).wait()
  await until('the link', async () => {
    const mails = await mailsTo(email)
    return mails.find(({ text }) => text?.includes('/reset-password#'))
  })
  expect(complaints).toEqual([])
})

const parts = [
  '',
  '/security',
  '/security/password',
  '/sessions',
  '/identities',
  '/activity',
  '/data',
]

describe('in Bengali', () => {
  it('every page of the account is whole, on a phone and on a desk', async () => {
    const email = await preparedAccount()
    const { page, complaints } = await visit('/account', { language: 'bn', as: { email } })
    await titled(page, 'আপনার অ্যাকাউন্ট')
    for (const part of parts) {
      await page.goto(addressOf(`/account${part}`))
      await page.locator('main h1').wait()
      await holds(page, () => !document.body.textContent.includes('একটু অপেক্ষা করুন…'))
      expect(await reviewBoth(page, `account-bn${part.replaceAll('/', '-')}`)).toEqual([])
      // Nothing has to be pushed aside to be read.
      const hidden = await page.evaluate(() => {
        // Without the room that is kept for a scroll bar.
        const { width } = document.body.getBoundingClientRect()
        return document.documentElement.scrollWidth - width
      })
      expect(hidden).toBe(0)
    }
    expect(complaints).toEqual([])
  })
})
