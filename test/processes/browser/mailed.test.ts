import type { Page } from 'puppeteer-core'
import { describe, expect, it } from 'vitest'
import { call, randomEmail } from '../support/client.ts'
import { appCode, finish, newProtected, pendingOf } from '../support/factors.ts'
import { until } from '../support/outside.ts'
import { newPending, password, passwordNumber } from '../support/people.ts'
import { preparedPerson } from '../support/prepared.ts'
import { site, useSharedSite } from '../support/site.ts'
import { useBrowser } from './browser.ts'
import { mailedLink } from './letters.ts'
import { reviewBoth } from './review.ts'
import { fill, press, signIn, submit, titled, visit } from './visit.ts'

useSharedSite()
useBrowser()

const auth = '/api/v1/auth'

async function send(path: string, body: object, token?: string, method = 'POST'): Promise<void> {
  const options = { method, ...(token ? { token } : {}) }
  const { status } = await call(site().workers[0], path, body, options)
  expect(status).toBeLessThan(300)
}

/** Opens a link, and sees that its secret is neither in the address bar nor a step back. */
async function follow(link: string): Promise<Page> {
  const { page, complaints } = await visit(link)
  await page.locator('h1').wait()
  expect(complaints).toEqual([])
  expect(page.url()).not.toContain('token')
  return page
}

async function focused(page: Page): Promise<string | null | undefined> {
  return page.evaluate(() => document.activeElement?.textContent)
}

/** Each kind of link: how somebody comes to it, what its page asks and what it says at the end. */
const links: {
  path: string
  mailed: () => Promise<string>
  asks: string
  ends: string
}[] = [
  {
    path: '/email/confirm',
    async mailed() {
      const email = randomEmail()
      await send(`${auth}/me/email`, { email }, (await preparedPerson()).access_token)
      return mailedLink(email, '/email/confirm')
    },
    asks: 'Confirm your new address',
    ends: 'Your address is changed',
  },
  {
    path: '/email/undo',
    async mailed() {
      const { email, access_token } = await preparedPerson()
      await send(`${auth}/me/email`, { email: randomEmail() }, access_token)
      return mailedLink(email, '/email/undo')
    },
    asks: 'Keep this address',
    ends: 'The address is back',
  },
  {
    path: '/recover/cancel',
    async mailed() {
      const { email } = await newProtected()
      await send(`${auth}/recover`, { email })
      const [, token] = (await mailedLink(email, '/recover')).split('#token=')
      await send(`${auth}/recover/verify`, { token, new_password: passwordNumber(2) })
      return mailedLink(email, '/recover/cancel')
    },
    asks: 'Cancel the recovery',
    ends: 'The recovery is cancelled',
  },
  {
    path: '/recover/not-me',
    async mailed() {
      const { email, access_token } = await preparedPerson()
      const change = { current_password: password, new_password: passwordNumber(3) }
      await send(`${auth}/change-password`, change, access_token, 'PUT')
      return mailedLink(email, '/recover/not-me')
    },
    asks: 'This was not you?',
    ends: 'The account is closed to everybody else',
  },
  {
    path: '/accept-invitation',
    async mailed() {
      const { email: owner, setup } = await newProtected()
      await site().database.query(
        `update users set roles = '{member,admin,owner}', authority_version = authority_version + 1 where email = $1`,
        [owner],
      )
      const { body } = await finish(await pendingOf(owner), 'totp', appCode(setup))
      const email = randomEmail()
      const invitation = { email, role: 'member' }
      await send('/api/v1/tenants/default/invitations', invitation, body.access_token)
      return mailedLink(email, '/accept-invitation')
    },
    asks: 'Accept the invitation',
    ends: 'Welcome',
  },
]

describe.each(links)('the link of a letter to $path', ({ path, mailed, asks, ends }) => {
  const name = `mailed${path.replaceAll('/', '-')}`

  it('asks first, does it once, and shows a way on where it is used up', async () => {
    const link = await mailed()
    const page = await follow(link)
    await titled(page, asks)
    expect(await reviewBoth(page, name)).toEqual([])
    await submit(page)
    await titled(page, ends)
    expect(await focused(page)).toBe(ends)
    expect(await reviewBoth(page, `${name}-done`)).toEqual([])

    const again = await follow(link)
    await titled(again, asks)
    await submit(again)
    await titled(again, 'This link no longer works')
    expect(await again.$$eval('main a', (ways) => ways.length)).toBeGreaterThan(0)
    expect(await reviewBoth(again, `${name}-outdated`)).toEqual([])
  })

  it('says so where a part of it got lost', async () => {
    const page = await follow(path)
    await titled(page, 'The link is not complete')
    expect(await page.$('main form button, main a')).not.toBeNull()
  })
})

describe('the link that proves an address', () => {
  const path = '/verify-email'
  const isProven = async (email: string) => {
    const { rows } = await site().database.query('select status from users where email = $1', [
      email,
    ])
    return rows[0]?.status === 'active'
  }

  it('is worth something only once somebody presses the button', async () => {
    const { email, token } = await newPending()
    const scanner = await follow(`${path}#token=${token}`)
    await titled(scanner, 'Confirm your e-mail address')
    await scanner.waitForNetworkIdle()
    expect(await isProven(email)).toBe(false)

    const page = await follow(`${path}#token=${token}`)
    expect(await reviewBoth(page, 'mailed-verify-email')).toEqual([])
    await submit(page)
    await titled(page, 'Your address is confirmed')
    expect(await isProven(email)).toBe(true)
    expect(await reviewBoth(page, 'mailed-verify-email-done')).toEqual([])
    await press(page, 'Sign in')
    await titled(page, 'Sign in')
  })

  it('is asked for again where it is too old', async () => {
    const { email, token } = await newPending()
    await send(`${auth}/verify-email`, { token })
    const page = await follow(`${path}#token=${token}`)
    await submit(page)
    await titled(page, 'This link no longer works')
    expect(await reviewBoth(page, 'mailed-verify-email-outdated')).toEqual([])
    await submit(page)
    await page.locator('.error').wait()
    await fill(page, 'email', email)
    await submit(page)
    await page.locator('::-p-text(If this address waits to be confirmed)').wait()
  })

  it('is asked for again from the sign-in that it holds up, and where a password is asked for', async () => {
    const { email, token } = await newPending()
    const { page } = await visit('/login')
    await signIn(page, email)
    await press(page, 'Address not confirmed yet?')
    await titled(page, 'Confirm your e-mail address')
    await page.locator('input[name=email]').wait()
    expect(await reviewBoth(page, 'mailed-verify-email-resend')).toEqual([])
    await fill(page, 'email', email)
    await submit(page)
    await page.locator('::-p-text(If this address waits to be confirmed)').wait()
    const another = await until('another link', async () => {
      const link = await mailedLink(email, path)
      return link.includes(token) ? undefined : link
    })
    const opened = await follow(another)
    await submit(opened)
    await titled(opened, 'Your address is confirmed')

    const { page: forgot } = await visit('/forgot-password')
    await press(forgot, 'Address not confirmed yet?')
    await titled(forgot, 'Confirm your e-mail address')
  })

  it('goes on where it is opened in the tab of an older one', async () => {
    const { email, token } = await newPending()
    const page = await follow(`${path}#token=${'x'.repeat(48)}`)
    await submit(page)
    await titled(page, 'This link no longer works')
    await page.evaluate((hash) => {
      location.hash = hash
    }, `token=${token}`)
    await titled(page, 'Confirm your e-mail address')
    expect(page.url()).not.toContain('token')
    await submit(page)
    await titled(page, 'Your address is confirmed')
    expect(await isProven(email)).toBe(true)
  })

  it('speaks Bengali, and keeps what it cannot send', async () => {
    const { token } = await newPending()
    const { page } = await visit(`${path}#token=${token}`, { language: 'bn-BD' })
    await titled(page, 'ইমেইল ঠিকানা নিশ্চিত করুন')
    await page.setOfflineMode(true)
    await submit(page)
    await page.locator('.notice').wait()
    expect(await reviewBoth(page, 'mailed-verify-email-bn')).toEqual([])
    await page.setOfflineMode(false)
    await submit(page)
    await titled(page, 'আপনার ঠিকানা নিশ্চিত হয়েছে')
  })
})
