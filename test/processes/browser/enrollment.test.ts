import type { Page } from 'puppeteer-core'
import { describe, expect, it } from 'vitest'
import { randomEmail } from '../support/client.ts'
import { appCode, unshow } from '../support/factors.ts'
import { awaitMails } from '../support/outside.ts'
import { codeIn, password } from '../support/people.ts'
import { preparedAccount } from '../support/prepared.ts'
import { site, useSharedSite } from '../support/site.ts'
import { plugIn } from './authenticator.ts'
import { useBrowser } from './browser.ts'
import { review, reviewBoth } from './review.ts'
import { makeAdministrator } from './roles.ts'
import { errorOf, fill, press, signIn, submit, titled, visit, widths } from './visit.ts'

useSharedSite()
useBrowser()

async function secretOn(page: Page): Promise<string> {
  const secret = page.locator('.secret').map((code) => code.textContent ?? '')
  return (await secret.wait()).replaceAll(' ', '')
}

describe.each(Object.entries(widths))('at the width of a %s', (device, width) => {
  it('somebody signs up, sets up an authenticator app in the middle of a sign-in, and signs in with it', async () => {
    const email = randomEmail()
    const { page, complaints } = await visit('/register', { width })
    await fill(page, 'email', email)
    await fill(page, 'password', password)
    await page.locator('input[name=terms_accepted]').click()
    await page.locator('input[name=privacy_accepted]').click()
    await submit(page)
    await titled(page, 'Confirm that it is you')
    const [mail] = await awaitMails(email)
    await fill(page, 'code', codeIn(mail))
    await submit(page)
    await titled(page, 'Your account')
    await makeAdministrator(email)
    await press(page, 'Sign out')
    await titled(page, 'Sign in')

    await signIn(page, email)
    await titled(page, 'Set up a second step')
    expect(await review(page, `${device}-enrollment`)).toEqual([])
    await page.locator('::-p-text(Authenticator app)').click()
    await titled(page, 'Authenticator app')
    const setup = { secret: await secretOn(page), provisioning_uri: '' }
    expect(await review(page, `${device}-enrollment-app`)).toEqual([])
    await fill(page, 'code', '123')
    await submit(page)
    expect(await errorOf(page, 'code')).not.toBe('')
    await fill(page, 'code', appCode(setup))
    await submit(page)
    await titled(page, 'Your backup codes')
    expect(await page.$$eval('.codes li', (codes) => codes.length)).toBe(10)
    expect(await review(page, `${device}-enrollment-codes`)).toEqual([])
    await press(page, 'I have kept them')
    await titled(page, 'Your second step is on')
    expect(await review(page, `${device}-enrollment-done`)).toEqual([])

    await unshow(email)
    await press(page, 'Sign in')
    await titled(page, 'Sign in')
    await signIn(page, email)
    await titled(page, 'One more step')
    expect(await review(page, `${device}-second-step`)).toEqual([])
    await fill(page, 'code', appCode(setup))
    await submit(page)
    await titled(page, 'Your account')
    expect(complaints).toEqual([])
  })
})

it('a passkey is set up in the middle of a sign-in, and then signs in by itself', async () => {
  const email = await preparedAccount()
  await makeAdministrator(email)
  const { page, complaints } = await visit('/login')
  await signIn(page, email)
  await titled(page, 'Set up a second step')
  await page.locator('::-p-text(Passkey or security key)').click()
  await titled(page, 'Passkey or security key')
  expect(await reviewBoth(page, 'enrollment-key')).toEqual([])
  await plugIn(page, 'phone')
  await press(page, 'Create a passkey')
  await titled(page, 'Your backup codes')
  await press(page, 'I have kept them')
  await press(page, 'Sign in')
  // The page offers the key by itself, and this browser takes it at once.
  await titled(page, 'Your account')
  expect(complaints).toEqual([])
})

it('a password alone sets nothing up once the mailbox was shown long ago: the page says what does', async () => {
  const email = await preparedAccount()
  await makeAdministrator(email)
  await site().database.query(
    `update users set created_at = created_at - interval '2 hours',
       email_verified_at = email_verified_at - interval '2 hours' where email = $1`,
    [email],
  )
  const { page, complaints } = await visit('/login')
  await signIn(page, email)
  await titled(page, 'Show your mailbox first')
  expect(await reviewBoth(page, 'enrollment-mailbox')).toEqual([])
  await press(page, 'Sign in by e-mail')
  await titled(page, 'Sign in')
  expect(complaints).toEqual([])
})

it('an enrolment that took too long says so, and leads back', async () => {
  const email = await preparedAccount()
  await makeAdministrator(email)
  const { page } = await visit('/login')
  await signIn(page, email)
  await titled(page, 'Set up a second step')
  await site().database.query(
    `update pending_sign_ins set expires_at = now() where user_id = (select id from users where email = $1)`,
    [email],
  )
  await page.locator('::-p-text(Authenticator app)').click()
  await page.locator('.notice').wait()
  expect(await reviewBoth(page, 'enrollment-late')).toEqual([])
  await press(page, 'Back')
  await titled(page, 'Sign in')
})
