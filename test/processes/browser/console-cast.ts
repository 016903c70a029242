import type { Page } from 'puppeteer-core'
import { expect } from 'vitest'
import { type Protected, protect } from '../support/factors.ts'
import { preparedPerson } from '../support/prepared.ts'
import { site } from '../support/site.ts'
import type { TestTenant } from '../support/tenants.ts'
import { review } from './review.ts'
import { holds, type Visit, visit, widths } from './visit.ts'

/** Somebody of a role, with an authenticator app. */
export interface Administrator extends Protected {
  /** Of the pages that this person administers; for the default tenant, none. */
  slug?: string
}

/** An administrator of a tenant; without one, of the default tenant, where the other test files are too. */
export async function newAdministrator(
  role: 'owner' | 'admin' = 'owner',
  tenant?: TestTenant,
): Promise<Administrator> {
  const headers = tenant?.headers ?? {}
  const person = await protect(await preparedPerson(headers))
  await site().database.query('update users set roles = $2 where id = $1', [
    person.user.id,
    ['member', role],
  ])
  return { ...person, ...(tenant && { slug: tenant.slug }) }
}

/** A page of the console, as an administrator sees it who has just signed in. */
export async function openConsole(
  path: string,
  { email, slug }: Administrator,
  options: Parameters<typeof visit>[1] = {},
): Promise<Visit> {
  const query = slug ? `?tenant=${slug}` : ''
  return visit(path + query, { ...options, as: { email, acr: 'aal2' } })
}

/** Whether axe has nothing against a page at both widths, light and dark. */
export async function reviewAll(page: Page, name: string): Promise<void> {
  for (const [device, width] of Object.entries(widths)) {
    await page.setViewport({ width, height: 844 })
    expect(await review(page, `console-${device}-${name}`)).toEqual([])
  }
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }])
  expect(await review(page, `console-dark-${name}`)).toEqual([])
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'light' }])
}

/** Chooses in one of the browser’s own lists. */
export async function choose(page: Page, name: string, value: string): Promise<void> {
  await page.locator(`select[name=${name}]`).wait()
  await page.select(`select[name=${name}]`, value)
}

/** Waits until a text can be read somewhere on the page. */
export async function reads(page: Page, text: string): Promise<void> {
  await holds(page, (wanted) => document.body.innerText.includes(wanted), text)
}

/** Goes on by the tabulator until what bears this text has the focus. */
export async function tabTo(page: Page, text: string): Promise<void> {
  for (let steps = 0; steps < 60; steps += 1) {
    if ((await page.evaluate(() => document.activeElement?.textContent)) === text) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`The tabulator does not lead to ${text}.`)
}

/** Says yes to the dialog that is open, and waits until it is gone. */
export async function agree(page: Page): Promise<void> {
  await page.locator('dialog button[type=submit]').click()
  await holds(page, () => document.querySelector('dialog') === null)
}

/** The text of a file that the page gives the browser to keep. */
export async function savedBy(page: Page, act: () => Promise<void>): Promise<string> {
  await page.evaluate(() => {
    const make = URL.createObjectURL
    URL.createObjectURL = (blob: Blob) => {
      void blob.text().then((text) => Object.assign(globalThis, { savedText: text }))
      return make.call(URL, blob)
    }
  })
  await act()
  const saved = await page.waitForFunction(
    () => (globalThis as unknown as { savedText?: string }).savedText,
  )
  return String(await saved.jsonValue())
}
