import { randomUUID } from 'node:crypto'
import type { Page } from 'puppeteer-core'
import { describe, expect, it } from 'vitest'
import { call } from '../support/client.ts'
import { appCode, finish, newProtected, pendingOf, unshow } from '../support/factors.ts'
import { newAccount } from '../support/people.ts'
import { preparedAccount } from '../support/prepared.ts'
import { site, useSharedSite } from '../support/site.ts'
import { newTenant } from '../support/tenants.ts'
import { useBrowser } from './browser.ts'
import {
  agree,
  choose,
  newAdministrator,
  openConsole,
  reads,
  reviewAll,
  savedBy,
  tabTo,
} from './console-cast.ts'
import { review } from './review.ts'
import { fill, holds, press, signIn, submit, titled, visit } from './visit.ts'

useSharedSite()
useBrowser()

describe('the users of the console', () => {
  it('are found by how they begin; one who is disabled there is signed out and hears why', async () => {
    const email = await preparedAccount()
    const { page: theirs } = await visit('/account', { as: { email } })
    await titled(theirs, 'Your account')

    const { page, complaints } = await openConsole('/console', await newAdministrator())
    await titled(page, 'Users')
    await page.locator('.entries').wait()
    await reviewAll(page, 'users')
    await fill(page, 'q', email.slice(0, 20))
    await holds(page, () => document.querySelectorAll('.entries > li').length === 1)
    await choose(page, 'status', 'disabled')
    await reads(page, 'Nothing found.')
    await choose(page, 'status', 'active')
    await page.locator('.entries a').click()

    await titled(page, email)
    await reviewAll(page, 'user')
    await press(page, 'Disable')
    await page.locator('dialog').wait()
    await reviewAll(page, 'disable')
    await agree(page)
    await reads(page, 'The account is disabled.')

    await theirs.reload()
    await titled(theirs, 'Sign in')
    await reads(theirs, 'You were signed out')
    await signIn(theirs, email)
    await reads(theirs, 'This account is disabled.')

    await press(page, 'Enable')
    await reads(page, 'The account is enabled.')
    expect(complaints).toEqual([])
  })

  it('are deleted only once their address has been typed', async () => {
    const email = await preparedAccount()
    const { page } = await openConsole('/console/users', await newAdministrator())
    await fill(page, 'q', email)
    await holds(page, () => document.querySelectorAll('.entries > li').length === 1)
    await page.locator('.entries a').click()
    await titled(page, email)
    // The search is found again on the way back, and stands in no address.
    await page.evaluate(() => history.back())
    await titled(page, 'Users')
    await holds(page, () => document.querySelectorAll('.entries > li').length === 1)
    expect(await page.$eval('input[name=q]', (input) => input.value)).toBe(email)
    expect(page.url()).not.toContain(email.slice(0, 8))
    await page.locator('.entries a').click()
    await titled(page, email)
    await page.locator('.button.danger').click()
    await fill(page, 'typed', 'somebody else')
    await page.locator('dialog button[type=submit]').click()
    await reads(page, 'That is not what stands there.')
    await reviewAll(page, 'delete')
    await fill(page, 'typed', email)
    await agree(page)
    await reads(page, 'This account is deleted.')
  })
})

describe('an act of an administrator', () => {
  it('asks for a fresh proof once the last one is old, and goes on', async () => {
    const email = await preparedAccount()
    const administrator = await newAdministrator('admin')
    const { page } = await openConsole('/console/users', administrator)
    await fill(page, 'q', email)
    await holds(page, () => document.querySelectorAll('.entries > li').length === 1)
    await page.locator('.entries a').click()
    await titled(page, email)
    await site().database.query(
      `update sessions set authenticated_at = now() - interval '1 hour'
       from users where users.id = sessions.user_id and users.email = $1`,
      [administrator.email],
    )
    await press(page, 'Disable')
    await page.locator('dialog button[type=submit]').click()
    await page.locator('dialog input[name=code]').wait()
    await reviewAll(page, 'step-up')
    await press(page, 'Confirm in another way')
    await press(page, 'Backup code')
    await fill(page, 'code', administrator.backupCodes[0] ?? '')
    await press(page, 'Confirm')
    await reads(page, 'The account is disabled.')
  })

  it('is within reach of the keyboard alone', async () => {
    const tenant = await newTenant()
    const { page } = await openConsole('/console/users', await newAdministrator('owner', tenant))
    await titled(page, 'Users')
    await tabTo(page, 'Members')
    await page.keyboard.press('Enter')
    await titled(page, 'Members')
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1')
    await page.goBack()
    await titled(page, 'Users')
    const email = await preparedAccount(tenant.headers)
    await page.reload()
    const entry = `::-p-xpath(//ul[@class="entries"]//a[contains(., "${email}")])`
    await page.locator(entry).wait()
    await page.focus(entry)
    await page.keyboard.press('Enter')
    await titled(page, email)
    await reads(page, 'Disable')
    await tabTo(page, 'Disable')
    await page.keyboard.press('Enter')
    await page.locator('dialog').wait()
    await page.keyboard.press('Escape')
    await holds(page, () => document.querySelector('dialog') === null)
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Disable')
  })
})

describe('a new tenant', () => {
  it('is administered by who has founded it, at its own console', async () => {
    const founder = await newProtected()
    const { body } = await finish(await pendingOf(founder.email), 'totp', appCode(founder.setup))
    const slug = `t-${randomUUID().slice(0, 8)}`
    const [worker] = site().workers
    const made = { slug, name: 'Boats' }
    const { status } = await call(worker, '/api/v1/tenants', made, { token: body.access_token })
    expect(status).toBe(201)

    const { page, complaints } = await visit(`/console?tenant=${slug}`)
    await titled(page, 'Sign in')
    await signIn(page, founder.email)
    await titled(page, 'Set up a second step')
    await page.locator('::-p-text(Authenticator app)').click()
    await titled(page, 'Authenticator app')
    const shown = page.locator('.secret').map(({ textContent }) => textContent ?? '')
    const secret = (await shown.wait()).replaceAll(' ', '')
    const setup = { secret, provisioning_uri: '' }
    await fill(page, 'code', appCode(setup))
    await submit(page)
    await press(page, 'I have kept them')
    await unshow(founder.email)
    await press(page, 'Sign in')
    await titled(page, 'Sign in')
    await signIn(page, founder.email)
    await page.locator('input[name=code]').wait()
    await fill(page, 'code', appCode(setup))
    await submit(page)
    await titled(page, 'Users')
    await press(page, 'Settings')
    await titled(page, 'Settings')
    await fill(page, '"settings.branding.name"', 'Boats and Rivers')
    await page.locator('form button[type=submit]').click()
    await reads(page, 'Saved.')
    await press(page, 'Members')
    await titled(page, 'Members')
    expect(new URL(page.url()).search).toBe(`?tenant=${slug}`)
    await holds(page, () => document.querySelectorAll('.entries > li').length === 1)
    expect(complaints).toEqual([])
  })
})

/** Filters that do not begin at the height of those beside them, or reach into the next. */
async function ragged(page: Page): Promise<string[]> {
  return page.$$eval('.filters > .field', (fields) => {
    const places = fields.map((field) => ({
      name: field.querySelector('label')?.textContent ?? '',
      whole: field.getBoundingClientRect(),
      input: field.querySelector('.input')?.getBoundingClientRect(),
    }))
    const isOff = ({ whole, input }: (typeof places)[number]) =>
      (input?.right ?? 0) > whole.right + 1 ||
      places.some((other) => other.whole.top === whole.top && other.input?.top !== input?.top)
    return places.filter(isOff).map(({ name }) => name)
  })
}

describe('the trail of the console', () => {
  it('is narrowed, saved as lines of JSON, and checked against its seals', async () => {
    const email = await newAccount()
    const { page, complaints } = await openConsole('/console/audit', await newAdministrator())
    await page.locator('.event').wait()
    await choose(page, 'action', 'account.verified')
    await choose(page, 'outcome', 'failure')
    await reads(page, 'Nothing found.')
    await choose(page, 'outcome', 'success')
    await holds(page, () =>
      [...document.querySelectorAll('.event strong')].every(
        ({ textContent }) => textContent === 'account.verified',
      ),
    )
    await reads(page, email)
    await page.locator('.event summary').click()
    await reviewAll(page, 'audit')
    for (const width of [390, 700, 1100, 1280]) {
      await page.setViewport({ width, height: 844 })
      expect([width, await ragged(page)]).toEqual([width, []])
    }

    const saved = await savedBy(page, () => press(page, 'Export as lines of JSON'))
    await reads(page, 'events exported.')
    const events = saved
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(new Set(events.map(({ action }) => action))).toEqual(new Set(['account.verified']))
    const { rows } = await site().database.query('select id from users where email = $1', [email])
    expect(events.map(({ user_id }) => user_id)).toContain(rows[0].id)

    await site().workers[0].sweep()
    await page.locator('.panel .button').click()
    await reads(page, 'The trail holds:')
    await reviewAll(page, 'audit-checked')
    expect(complaints).toEqual([])
  })
})

describe('the console in Bengali', () => {
  it('is so in each of its parts', async () => {
    const { page, complaints } = await openConsole('/console', await newAdministrator(), {
      language: 'bn',
    })
    await titled(page, 'ব্যবহারকারী')
    const names = 'users members settings audit metrics versions webhooks import'
    for (const name of names.split(' ')) {
      await page.goto(new URL(`/console/${name}`, page.url()).href)
      await holds(
        page,
        () =>
          document.querySelector('[aria-current]')?.textContent ===
          document.querySelector('h1')?.textContent,
      )
      await holds(page, () => !document.body.innerText.includes('একটু অপেক্ষা করুন'))
      const heading = await page.$eval('h1', ({ textContent }) => textContent)
      expect(heading).toMatch(/^[\u0980-\u09ff ]+$/)
      expect(await review(page, `console-bengali-${name}`)).toEqual([])
    }
    expect(complaints).toEqual([])
  })
})

describe('whoever administers nothing', () => {
  it('is told so, and shown the way to the own account', async () => {
    const { page } = await visit('/console', { as: { email: await preparedAccount() } })
    await titled(page, 'For administrators only')
    await reviewAll(page, 'not-allowed')
  })
})
