import type { Browser, BrowserContext, Page } from 'puppeteer-core'
import { afterEach, beforeAll } from 'vitest'
import { startChromium } from '../../../dev/chromium.ts'
import { randomAddress } from '../support/client.ts'

/** One for all files of a process, with which it ends: to start takes it longer than most tests. */
let chromium: Promise<Browser> | undefined
let current: Browser | undefined
let opened: BrowserContext[] = []

const flags = [
  // No page lives as long as it takes until code is worth compiling twice.
  '--js-flags=--no-opt --no-maglev',
  // No process is started for a page that may come.
  '--disable-features=SpareRendererForSitePerProcess',
]

/** Gives the tests of a file a Chromium. Nothing that one of them does there outlives it. */
export function useBrowser(): void {
  beforeAll(async () => {
    chromium ??= startChromium(flags)
    current = await chromium
  })
  afterEach(async () => {
    const contexts = opened
    opened = []
    for (const context of contexts) await context.close()
  })
}

/** The browser of this test file. */
export function browser(): Browser {
  if (!current) throw new Error('The test file has no browser: it calls useBrowser() first.')
  return current
}

/** A page of somebody else each time: no cookie is shared, and no address. It ends with its test. Blank without a URL. */
export async function openPage(url?: string): Promise<Page> {
  const context = await browser().createBrowserContext()
  opened.push(context)
  const page = await context.newPage()
  await page.setExtraHTTPHeaders({ 'CF-Connecting-IP': randomAddress() })
  if (url) await page.goto(url)
  return page
}
