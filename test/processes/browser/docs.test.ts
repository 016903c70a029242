import { it } from 'vitest'
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
      if (!row?.textContent.includes(code)) return false
      const { top, bottom } = row.getBoundingClientRect()
      return scrollY > 0 && top >= 0 && bottom <= innerHeight
    },
    hash.slice(1),
  )
})
