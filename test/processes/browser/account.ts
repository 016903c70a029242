import type { Page } from 'puppeteer-core'
import { site } from '../support/site.ts'
import { holds, press, titled, type Visit, visit } from './visit.ts'

/** Somebody who has just signed in, and opened this page of their account. */
export async function signedIn(email: string, title?: string): Promise<Visit> {
  const visited = await visit('/account', { as: { email } })
  await titled(visited.page, 'Your account')
  if (title) {
    await press(visited.page, title)
    await titled(visited.page, title)
  }
  return visited
}

/** As if the last proof had been given an hour ago. */
export async function ageProof(email: string): Promise<void> {
  await site().database.query(
    `update sessions set authenticated_at = now() - interval '1 hour'
      where user_id = (select id from users where email = $1)`,
    [email],
  )
}

/** Waits for a line of a list. */
export async function listed(page: Page, text: string): Promise<void> {
  await holds(
    page,
    (part) =>
      [...document.querySelectorAll('.rows li')].some((li) => li.textContent.includes(part)),
    text,
  )
}

/** A button by its whole name. */
export const button = (name: string) => `::-p-aria([name="${name}"][role="button"])`

/** Sends the form of the dialog that lies on top. */
export async function confirm(page: Page): Promise<void> {
  await page.evaluate(() => {
    const dialogs = [...document.querySelectorAll('dialog[open]')]
    for (const each of dialogs) each.toggleAttribute('data-top', each === dialogs.at(-1))
  })
  await page.locator('dialog[data-top] button[type=submit]').click()
}

/** What the page gives the browser to save. */
export async function keepFiles(page: Page): Promise<() => Promise<string>> {
  await page.evaluate(() => {
    const make = URL.createObjectURL.bind(URL)
    URL.createObjectURL = (blob: Blob) => {
      Object.assign(globalThis, { saved: blob.text() })
      return make(blob)
    }
  })
  return () => page.evaluate(() => (globalThis as unknown as { saved: Promise<string> }).saved)
}
