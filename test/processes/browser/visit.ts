import type { Page } from 'puppeteer-core'
import { password } from '../support/people.ts'
import { preparedSession } from '../support/prepared.ts'
import { site } from '../support/site.ts'
import { openPage } from './browser.ts'

export const widths = { phone: 390, desk: 1280 }

export interface Visit {
  page: Page
  /** What the console said, policy violations among it. */
  complaints: string[]
}

interface VisitOptions {
  width?: number
  /** What the browser prefers to read; English without it. */
  language?: string
  /** Of somebody who has been here: the same browser, another tab. */
  beside?: Page
  /** Who has just signed in there. */
  as?: { email: string; acr?: 'aal1' | 'aal2' }
}

/** Opens a page as a person would: by its address, in a browser of their own. */
export async function visit(
  path: string,
  { width = widths.phone, language, beside, as }: VisitOptions = {},
): Promise<Visit> {
  const page = beside ? await beside.browserContext().newPage() : await openPage()
  const complaints: string[] = []
  page.on('console', (said) => {
    // A refusal that the page shows is one line of the browser too.
    const isRefusal = said.text().startsWith('Failed to load resource')
    if (['error', 'warn'].includes(said.type()) && !isRefusal) complaints.push(said.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  await page.setViewport({ width, height: 844 })
  if (language) await prefer(page, language)
  if (as) await resume(page, as, path)
  await page.goto(addressOf(path))
  return { page, complaints }
}

/** Where the page is that the service names in its letters. */
export function addressOf(path: string): string {
  const { origin } = new URL(site().workers[0].url)
  return origin.replace('127.0.0.1', 'localhost') + path
}

/** Leaves what a sign-in leaves behind in a browser: a cookie, and for the pages a word that there is one. */
async function resume(
  page: Page,
  { email, acr = 'aal1' }: NonNullable<VisitOptions['as']>,
  path: string,
): Promise<void> {
  const { refresh_token: value } = await preparedSession(email, { transport: 'cookie', acr })
  const { hostname, searchParams } = new URL(addressOf(path))
  const cookie = { name: '__Host-refresh', value, domain: hostname, path: '/', secure: true }
  await page.browserContext().setCookie({ ...cookie, httpOnly: true, sameSite: 'Strict' })
  const hint = `${Date.now()} ${searchParams.get('tenant') ?? ''}`.trim()
  const { identifier } = await page.evaluateOnNewDocument((text) => {
    if (location.protocol.startsWith('http')) localStorage.setItem('gatehouse.hint', text)
  }, hint)
  page.once('load', () => void page.removeScriptToEvaluateOnNewDocument(identifier))
}

async function prefer(page: Page, acceptLanguage: string): Promise<void> {
  const session = await page.createCDPSession()
  const userAgent = await page.evaluate(() => navigator.userAgent)
  await session.send('Emulation.setUserAgentOverride', { userAgent, acceptLanguage })
}

export async function fill(page: Page, name: string, text: string): Promise<void> {
  await typeInto(page, `input[name=${name}]`, text)
}

/**
 * What stands in the field gives way to the text, which comes at once, as by a program that keeps passwords. A field that
 * is hidden, covered or cannot be used is waited for.
 */
export async function typeInto(page: Page, selector: string, text: string): Promise<void> {
  await holds(
    page,
    (wanted) => {
      const field = document.querySelector<HTMLInputElement>(wanted)
      if (!field?.checkVisibility({ visibilityProperty: true }) || field.disabled) return false
      field.focus()
      field.select()
      const { left, top, width, height } = field.getBoundingClientRect()
      const isSeen = document.elementFromPoint(left + width / 2, top + height / 2) === field
      return isSeen && document.activeElement === field
    },
    selector,
  )
  await page.keyboard.sendCharacter(text)
}

export async function submit(page: Page): Promise<void> {
  await page.locator('button[type=submit]').click()
}

/** Presses what bears exactly this text: a link, a button, a summary, the label of a box. */
export async function press(page: Page, text: string): Promise<void> {
  const isPressed = '//*[self::a or self::button or self::summary or self::label]'
  const pressed = page.locator(`::-p-xpath(${isPressed}[normalize-space()="${text}"])`)
  // What stands below a form is hidden until that is there, and then somewhere else.
  await pressed.setVisibility('visible').click()
}

/** Waits until something can be said of the page. It asks now and then: to ask with each picture would draw them all. */
export async function holds<Given extends unknown[]>(
  page: Page,
  isSo: (...given: Given) => unknown,
  ...given: Given
): Promise<void> {
  const asked = isSo as (...given: unknown[]) => unknown
  await page.waitForFunction(asked, { polling: 50 }, ...given)
}

/** Waits for a page, or a step of one. */
export async function titled(page: Page, title: string): Promise<void> {
  await holds(page, (text) => document.querySelector('h1')?.textContent === text, title)
}

/** What is said beside a field, once it has the focus for it. */
export async function errorOf(page: Page, name: string): Promise<string> {
  await holds(
    page,
    (field) => {
      const { activeElement } = document
      return activeElement?.getAttribute('name') === field && activeElement.ariaInvalid === 'true'
    },
    name,
  )
  return page.$eval(`input[name=${name}]`, (input) => {
    const ids = input.getAttribute('aria-describedby')?.split(' ') ?? []
    const said = ids.map((id) => document.getElementById(id))
    return said.find((each) => each?.classList.contains('error'))?.textContent ?? ''
  })
}

/** By address and password, on the page to sign in. */
export async function signIn(page: Page, email: string, secret = password): Promise<void> {
  await fill(page, 'identifier', email)
  await fill(page, 'password', secret)
  await submit(page)
}
