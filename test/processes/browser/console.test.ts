import { describe, expect, it } from 'vitest'
import { newAccount, password } from '../support/people.ts'
import { site, useSiteForBrowser } from '../support/site.ts'
import { useBrowser } from './browser.ts'
import {
  agree,
  choose,
  newAdministrator,
  openConsole,
  reads,
  reviewAll,
  savedBy,
} from './console-cast.ts'
import { fill, press, submit, titled, visit } from './visit.ts'

useSiteForBrowser()
useBrowser()

describe('the users of the console', () => {
  it('are found by how they begin; one who is disabled there is signed out and hears why', async () => {
    const email = await newAccount()
    const { page: theirs } = await visit('/login')
    await fill(theirs, 'identifier', email)
    await fill(theirs, 'password', password)
    await submit(theirs)
    await titled(theirs, 'Your account')

    const { page, complaints } = await openConsole('/console', await newAdministrator())
    await titled(page, 'Users')
    await page.locator('.entries').wait()
    await reviewAll(page, 'users')
    await fill(page, 'q', email.slice(0, 20))
    await page.waitForFunction(() => document.querySelectorAll('.entries > li').length === 1)
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
    await fill(theirs, 'identifier', email)
    await fill(theirs, 'password', password)
    await submit(theirs)
    await reads(theirs, 'This account is disabled.')

    await press(page, 'Enable')
    await reads(page, 'The account is enabled.')
    expect(complaints).toEqual([])
  })

  it('are deleted only once their address has been typed', async () => {
    const email = await newAccount()
    const { page } = await openConsole('/console/users', await newAdministrator())
    await fill(page, 'q', email)
    await page.waitForFunction(() => document.querySelectorAll('.entries > li').length === 1)
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

describe('the trail of the console', () => {
  it('is narrowed, saved as lines of JSON, and checked against its seals', async () => {
    const email = await newAccount()
    const { page, complaints } = await openConsole('/console/audit', await newAdministrator())
    await page.locator('.event').wait()
    await choose(page, 'action', 'account.verified')
    await choose(page, 'outcome', 'failure')
    await reads(page, 'Nothing found.')
    await choose(page, 'outcome', 'success')
    await page.waitForFunction(() =>
      [...document.querySelectorAll('.event strong')].every(
        ({ textContent }) => textContent === 'account.verified',
      ),
    )
    await page.locator('.event summary').click()
    await reviewAll(page, 'audit')

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

describe('whoever administers nothing', () => {
  it('is told so, and shown the way to the own account', async () => {
    const { page } = await visit('/login')
    await fill(page, 'identifier', await newAccount())
    await fill(page, 'password', password)
    await submit(page)
    await titled(page, 'Your account')
    await page.goto(new URL('/console', page.url()).href)
    await titled(page, 'For administrators only')
    await reviewAll(page, 'not-allowed')
  })
})
