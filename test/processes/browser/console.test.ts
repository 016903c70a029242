import { describe, expect, it } from 'vitest'
import { newAccount, password } from '../support/people.ts'
import { useSiteForBrowser } from '../support/site.ts'
import { useBrowser } from './browser.ts'
import { choose, newAdministrator, openConsole, reads, reviewAll } from './console-cast.ts'
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
    await page.locator('dialog button[type=submit]').click()
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
    await page.locator('dialog button[type=submit]').click()
    await reads(page, 'This account is deleted.')
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
