import { expect, it } from 'vitest'
import { call } from '../support/client.ts'
import { oneValue, recorded } from '../support/database.ts'
import { newAccount } from '../support/people.ts'
import { preparedAccount, preparedSession } from '../support/prepared.ts'
import { site, useSharedSite } from '../support/site.ts'
import { button, confirm, listed, signedIn } from './account.ts'
import { useBrowser } from './browser.ts'
import { reviewBoth } from './review.ts'
import { addressOf, press, signIn, titled, visit } from './visit.ts'

useSharedSite()
useBrowser()

it('a session that is ended from another browser says so there, and leads back in', async () => {
  const email = await preparedAccount()
  const { page: other } = await signedIn(email)
  const { page, complaints } = await signedIn(email, 'Sessions')
  await listed(page, 'last seen')
  expect(await reviewBoth(page, 'account-sessions')).toEqual([])
  await page.locator(button('End')).click()
  expect(await reviewBoth(page, 'account-end-session')).toEqual([])
  await confirm(page)
  await page.locator('::-p-text(You are signed in nowhere else.)').wait()
  expect(complaints).toEqual([])

  await press(other, 'Security')
  await titled(other, 'Sign in')
  await other.locator('::-p-text(You were signed out)').wait()
  expect(await reviewBoth(other, 'login-session-over')).toEqual([])
  await signIn(other, email)
  await titled(other, 'Security')
})

it('all others end at once', async () => {
  const email = await preparedAccount()
  await preparedSession(email)
  const { page } = await signedIn(email, 'Sessions')
  await page.locator(button('Sign out everywhere else')).click()
  await confirm(page)
  await page.locator('::-p-text(You are signed in nowhere else.)').wait()
  expect(
    await oneValue(
      `select count(*)::int from sessions s join users u on u.id = s.user_id
        where u.email = $1 and s.revoked_at is null`,
      email,
    ),
  ).toBe(1)
})

it('a session whose cookie was copied ends, and its owner is told why', async () => {
  const email = await preparedAccount()
  const { page } = await signedIn(email)
  const cookies = await page.browserContext().cookies()
  const cookie = cookies.find(({ name }) => name === '__Host-refresh')
  const stolen = await call(
    site().workers[0],
    '/api/v1/auth/refresh',
    {},
    {
      headers: {
        Cookie: `__Host-refresh=${cookie?.value}`,
        Origin: new URL(addressOf('/')).origin,
        'X-Token-Transport': 'cookie',
      },
    },
  )
  expect(stolen.status).toBe(200)
  await site().database.query(
    `update sessions set refreshed_at = refreshed_at - interval '11 seconds'
      where user_id = (select id from users where email = $1)`,
    [email],
  )

  await page.reload()
  await titled(page, 'Sign in')
  await page.locator('::-p-text(Somebody else may have used your session)').wait()
  expect(await reviewBoth(page, 'login-session-stolen')).toEqual([])
  expect(await recorded('session.refresh_reused', email)).toBe(1)
})

it('tells what has happened, in words', async () => {
  const email = await newAccount()
  const { page, complaints } = await visit('/login')
  await signIn(page, email)
  await press(page, 'Activity')
  await titled(page, 'Activity')
  await listed(page, 'You registered')
  await listed(page, 'Signed in')
  expect(await reviewBoth(page, 'account-activity')).toEqual([])
  expect(complaints).toEqual([])
})
