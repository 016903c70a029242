import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { randomEmail } from '../support/client.ts'
import { preparedAccount } from '../support/prepared.ts'
import { site, useSharedSite } from '../support/site.ts'
import { newTenant, type TestTenant } from '../support/tenants.ts'
import { useBrowser } from './browser.ts'
import { choose, newAdministrator, openConsole, reads, reviewAll, savedBy } from './console-cast.ts'
import { holds, press, submit, titled } from './visit.ts'

useSharedSite()
useBrowser()

let tenant: TestTenant
beforeAll(async () => {
  tenant = await newTenant()
})

const open = async (path: string) => openConsole(path, await newAdministrator('owner', tenant))

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-import-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function give(page: Page, lines: readonly string[]): Promise<void> {
  const file = join(folder, 'accounts.ndjson')
  writeFileSync(file, `${lines.join('\n')}\n`)
  const field = await page.waitForSelector('input[type=file]')
  await (field as unknown as { uploadFile(path: string): Promise<void> }).uploadFile(file)
}

describe('the import of the console', () => {
  it('takes a file in several requests, and names each refused line by its number in the file', async () => {
    const known = await preparedAccount(tenant.headers)
    const fresh = Array.from({ length: 300 }, randomEmail)
    const lines = [
      ...fresh.slice(0, 270).map((email) => JSON.stringify({ email })),
      JSON.stringify({ email: known }),
      '{"email": "no address"}',
      '',
      'no JSON at all',
      ...fresh.slice(270).map((email) => JSON.stringify({ email })),
    ]
    const { page, complaints } = await open('/console/import')
    await titled(page, 'Import')
    await submit(page)
    await reads(page, 'Choose a file.')
    await give(page, lines)
    await submit(page)
    await reads(page, 'All lines are done.')
    await reviewAll(page, 'import')

    const cells = await page.$$eval('td', (found) => found.map(({ textContent }) => textContent))
    expect(cells.filter((cell) => /^\d+$/.test(cell ?? ''))).toEqual(['272', '274'])
    const counts = await page.$$eval('dd', (found) => found.map(({ textContent }) => textContent))
    expect(counts).toEqual(['300', '1', '2'])
    const { rows } = await site().database.query(
      'select count(*)::int as count from users where email = any($1)',
      [fresh],
    )
    expect(rows).toEqual([{ count: 300 }])
    const saved = await savedBy(page, () => press(page, 'Save the refused lines as a file'))
    expect(saved).toBe('{"email": "no address"}\nno JSON at all\n')
    expect(complaints).toEqual([])
  })

  it('goes on where it was, once the connection is back', async () => {
    const { page } = await open('/console/import')
    await give(page, [JSON.stringify({ email: randomEmail() })])
    await page.setOfflineMode(true)
    await submit(page)
    await reads(page, 'The service cannot be reached.')
    await page.setOfflineMode(false)
    await press(page, 'Go on')
    await reads(page, 'All lines are done.')
  })
})

describe('an import that comes too fast', () => {
  it('waits as long as the service asks for, and goes on by itself', async () => {
    const { page } = await open('/console/import')
    await give(page, [JSON.stringify({ email: randomEmail() })])
    let isRefused = false
    await page.setRequestInterception(true)
    page.on('request', (request) => {
      if (isRefused || !request.url().endsWith('/users/import')) return void request.continue()
      isRefused = true
      const body = JSON.stringify({ code: 'RATE_LIMITED', status: 429 })
      void request.respond({ status: 429, headers: { 'Retry-After': '2' }, body })
    })
    // Looked out for before it is there: it stands for two seconds.
    const paused = reads(page, 'The service asks for a pause')
    await submit(page)
    await paused
    await reads(page, 'All lines are done.')
  })
})

describe('the figures of the console', () => {
  it('are there as charts, and as tables beside them', async () => {
    const { page, complaints } = await open('/console/metrics')
    await titled(page, 'Figures')
    await page.locator('.chart').wait()
    const bars = () => page.$$eval('.chart', ([chart]) => chart?.querySelectorAll('rect').length)
    expect(await bars()).toBe(7)
    await choose(page, 'span', '31')
    await holds(
      page,
      () => document.querySelectorAll('.chart')[0]?.querySelectorAll('rect').length === 31,
    )
    await page.locator('details summary').click()
    await page.locator('.table').wait()
    await reviewAll(page, 'metrics')
    expect(complaints).toEqual([])
  })

  it('are read on a phone without a column out of sight', async () => {
    const { page } = await open('/console/metrics')
    await page.locator('.chart').wait()
    await page.setRequestInterception(true)
    page.on('request', (request) => {
      if (!request.url().includes('/admin/metrics')) return void request.continue()
      const failure = { action: 'sign_in.second_factor', reason: 'SIGN_IN_METHOD_CLOSED' }
      const day = { day: '2026-01-31', sign_ins: 4_321, challenged: 12 }
      const deliveries = [{ channel: 'whatsapp', status: 'suppressed', count: 12_345 }]
      const texts = [{ prefix: '+880', sent: 12_345, verified: 11_111 }]
      const days = [{ ...day, failures: [{ ...failure, count: 1_234 }], deliveries, texts }]
      void request.respond({ contentType: 'application/json', body: JSON.stringify({ days }) })
    })
    await choose(page, 'span', '14')
    await reads(page, 'SIGN_IN_METHOD_CLOSED')
    await page.setViewport({ width: 390, height: 844 })
    const hidden = await page.$$eval('.table', (tables) =>
      tables.map(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth),
    )
    expect(new Set(hidden)).toEqual(new Set([0]))
    await reviewAll(page, 'metrics-failures')
  })
})
