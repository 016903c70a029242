import { expect, it } from 'vitest'
import { site, useSharedSite } from '../support/site.ts'
import { useBrowser } from './browser.ts'
import { holds, visit } from './visit.ts'

useSharedSite()
useBrowser()

it('the type of a problem leads to its row in the documentation', async () => {
  const answer = await fetch(`${site().workers[0].url}/api/v1/nothing`)
  const { type } = (await answer.json()) as { type: string }
  const { pathname, hash } = new URL(type)
  const { page } = await visit(pathname + hash)
  await holds(
    page,
    (code) => {
      const row = document.getElementById(code)?.closest('tr')
      if (!row?.checkVisibility()) return false
      if (!row?.textContent.includes(code)) return false
      const { top, bottom } = row.getBoundingClientRect()
      return scrollY > 0 && top >= 0 && bottom <= innerHeight
    },
    hash.slice(1),
  )
})

it('the documentation begins with its routes, and is dark for whoever reads in the dark', async () => {
  const { page } = await visit('/docs')
  await page.locator('.opblock').wait()
  const table = await page.$eval('details table', (shown) => shown.checkVisibility())
  expect(table).toBe(false)
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }])
  await holds(page, () => {
    const [red = 255] =
      getComputedStyle(document.documentElement).backgroundColor.match(/\d+/g) ?? []
    return Number(red) < 64
  })
})
