import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type Axe from 'axe-core'
import type { Page } from 'puppeteer-core'

/** Where pictures go, if somebody wants to look at them: each takes as long as what axe does. */
const folder = process.env.SCREENSHOTS
const script = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe has against a page (WCAG 2.2 AA), a line for each element; with `SCREENSHOTS`, a picture is kept there. */
export async function review(page: Page, name: string): Promise<string[]> {
  if (folder) await keepPicture(page, folder, name)
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

async function keepPicture(page: Page, folder: string, name: string): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, `${name}.png`)
  await page.screenshot({ path, fullPage: true, optimizeForSpeed: true })
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
