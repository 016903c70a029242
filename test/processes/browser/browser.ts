import type { Browser, Page } from 'puppeteer-core'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { startChromium } from '../../../dev/chromium.ts'
import { randomAddress } from '../support/client.ts'

let current: Browser | undefined

/** Starts one Chromium for the tests of a file. Nothing of it outlives them. */
export function useBrowser(): void {
  beforeAll(async () => {
    current = await startChromium()
  })
  afterEach(async () => {
    const contexts = current?.browserContexts() ?? []
    for (const context of contexts.slice(1)) await context.close()
  })
  afterAll(async () => {
    await current?.close()
  })
}

/** The browser of this test file. */
export function browser(): Browser {
  if (!current) throw new Error('The test file has no browser: it calls useBrowser() first.')
  return current
}

/** A page of somebody else each time: no cookie is shared, and no address. It ends with its test. */
export async function openPage(url: string): Promise<Page> {
  const context = await browser().createBrowserContext()
  const page = await context.newPage()
  await page.setExtraHTTPHeaders({ 'CF-Connecting-IP': randomAddress() })
  await page.goto(url)
  return page
}
