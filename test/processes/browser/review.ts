import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type Axe from 'axe-core'
import type { Page } from 'puppeteer-core'

const folder = join(import.meta.dirname, '../../../.local/screenshots')
const script = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Keeps a picture of the page, and answers what axe has against it (WCAG 2.2 AA): a line for each element. */
export async function review(page: Page, name: string): Promise<string[]> {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, `${name}.png`)
  await page.screenshot({ path, fullPage: true, optimizeForSpeed: true })
  // The page's own policy would not take it as a script of the page.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(script)
  return page.evaluate(async () => {
    const values = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
    const { violations } = await (globalThis as unknown as { axe: typeof Axe }).axe.run({
      runOnly: { type: 'tag', values },
      // Of what passes, and of where things stand, nothing is asked: that is most of the work.
      resultTypes: ['violations'],
      selectors: false,
    })
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
  })
}

/** The same as it looks on a phone by day and on a desk by night; the page is left as a phone shows it. */
export async function reviewBoth(page: Page, name: string): Promise<string[]> {
  const found = await review(page, `${name}-phone`)
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }])
  await page.setViewport({ width: 1280, height: 844 })
  found.push(...(await review(page, `${name}-desk-dark`)))
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'light' }])
  await page.setViewport({ width: 390, height: 844 })
  return found
}
