import { beforeAll, describe, expect, it } from 'vitest'
import { call, randomEmail } from '../support/client.ts'
import { awaitMails } from '../support/outside.ts'
import { preparedAccount } from '../support/prepared.ts'
import { site, useSharedSite } from '../support/site.ts'
import { newTenant, type TestTenant } from '../support/tenants.ts'
import { useBrowser } from './browser.ts'
import { agree, choose, newAdministrator, openConsole, reads, reviewAll } from './console-cast.ts'
import { fill, holds, press, signIn, submit, titled, typeInto, visit } from './visit.ts'

useSharedSite()
useBrowser()

let tenant: TestTenant
beforeAll(async () => {
  tenant = await newTenant()
})

const open = async (path: string) => openConsole(path, await newAdministrator('owner', tenant))

const rolesOf = async (email: string): Promise<string[]> => {
  const { rows } = await site().database.query('select roles from users where email = $1', [email])
  return rows[0]?.roles ?? []
}

describe('the members of the console', () => {
  it('are invited by a letter, whose link gives the role', async () => {
    const email = randomEmail()
    const { page, complaints } = await open('/console/members')
    await titled(page, 'Members')
    await fill(page, 'email', 'nobody')
    await submit(page)
    await page.locator('.error').wait()
    await fill(page, 'email', email)
    await choose(page, 'role', 'admin')
    await submit(page)
    await reads(page, `The invitation is on its way to ${email}.`)
    await reviewAll(page, 'members')

    const [mail] = await awaitMails(email)
    const link = new URL(/https?:\/\/\S+#token=[\w-]+/.exec(mail?.text ?? '')?.[0] ?? '')
    const { page: theirs } = await visit(link.pathname + link.search + link.hash)
    await submit(theirs)
    await holds(theirs, () => document.querySelector('button[type=submit]') === null)
    expect(await rolesOf(email)).toContain('admin')

    await page.reload()
    await reads(page, 'accepted')
    expect(complaints).toEqual([])
  })

  it('of an invitation that is withdrawn are none', async () => {
    const email = randomEmail()
    const { page } = await open('/console/members')
    await fill(page, 'email', email)
    await submit(page)
    await reads(page, `The invitation is on its way to ${email}.`)
    await press(page, 'Withdraw')
    await reads(page, 'The invitation is withdrawn.')
    const [mail] = await awaitMails(email)
    const token = /#token=([\w-]+)/.exec(mail?.text ?? '')?.[1]
    const answer = await call(site().workers[0], '/api/v1/invitations/accept', { token }, tenant)
    expect(answer.code).toBe('TOKEN_INVALID')
  })

  it('get another role, and are removed once their address has been typed', async () => {
    const email = await preparedAccount(tenant.headers)
    const { page } = await open('/console/members')
    const entry = `::-p-xpath(//ul[@class="entries"]/li[.//a[text()="${email}"]])`
    await page.locator(`${entry} >>> ::-p-text(Role)`).click()
    await page.locator('dialog').wait()
    await reviewAll(page, 'member-role')
    await page.select('dialog select', 'admin')
    await agree(page)
    await reads(page, 'Saved.')
    expect(await rolesOf(email)).toContain('admin')

    await page.locator(`${entry} >>> ::-p-text(Remove)`).click()
    await fill(page, 'typed', email)
    await agree(page)
    await reads(page, 'is removed.')
    expect(await rolesOf(email)).toEqual([])
  })
})

describe('releases', () => {
  it('that are published stop an app that is older, and never these pages', async () => {
    const { page, complaints } = await open('/console/versions')
    await titled(page, 'App versions')
    await page.locator('.panel input[name=latest]').wait()
    await typeInto(page, '.panel input[name=latest]', '2.0.0')
    await typeInto(page, '.panel input[name=min_supported]', '3.0.0')
    await page.locator('.panel button[type=submit]').click()
    await reads(page, 'Nobody could have this version')
    await reviewAll(page, 'versions')
    await typeInto(page, '.panel input[name=min_supported]', '2.0.0')
    await page.locator('.panel button[type=submit]').click()
    await reads(page, 'Published. Apps hear of it with their next request.')
    const old = { ...tenant.headers, 'X-App-Platform': 'android', 'X-App-Version': '1.9.0' }
    const refused = await call(site().workers[0], '/api/v1/auth/login', {}, { headers: old })
    expect([refused.status, refused.code]).toEqual([426, 'APP_UPDATE_REQUIRED'])

    // A release of the web is for a site of the tenant's own: these pages stay, or an administrator could shut the owner out.
    const web = '.panel:last-child'
    await typeInto(page, `${web} input[name=latest]`, '9.0.0')
    await typeInto(page, `${web} input[name=min_supported]`, '9.0.0')
    await page.locator(`${web} button[type=submit]`).click()
    await page.waitForSelector(`${web} [role=status]`)
    const { page: theirs } = await visit(`/login?tenant=${tenant.slug}`)
    await signIn(theirs, await preparedAccount(tenant.headers))
    await titled(theirs, 'Your account')
    expect(complaints).toEqual([])
  })
})
