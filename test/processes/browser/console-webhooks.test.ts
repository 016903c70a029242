import { describe, expect, it } from 'vitest'
import { site, useSharedSite } from '../support/site.ts'
import { newTenant } from '../support/tenants.ts'
import { useBrowser } from './browser.ts'
import { agree, newAdministrator, openConsole, reads, reviewAll } from './console-cast.ts'
import { fill, holds, press, titled } from './visit.ts'

useSharedSite()
useBrowser()

describe('the webhooks of the console', () => {
  it('show their secret once, and each delivery with what came of it', async () => {
    const url = `${site().variables.SES_ENDPOINT}/hooks/of-the-console`
    const administrator = await newAdministrator('owner', await newTenant())
    const { page, complaints } = await openConsole('/console/webhooks', administrator)
    await titled(page, 'Webhooks')
    await reads(page, 'No address is told anything yet.')
    await fill(page, 'url', 'http://hooks.example.com')
    await page.locator('input[name=events][value="session.*"]').click()
    await page.locator('.panel button[type=submit]').click()
    await page.locator('.error').wait()
    await reviewAll(page, 'webhooks')
    await fill(page, 'url', url)
    await page.locator('.panel button[type=submit]').click()
    await page.locator('code.secret').wait()
    const secret = await page.$eval('code.secret', ({ textContent }) => textContent)
    await reviewAll(page, 'webhook-secret')
    await press(page, 'I have kept it')
    await holds(page, () => document.querySelector('code.secret') === null)

    await page.locator('.entries a').click()
    await titled(page, url)
    await press(page, 'Send a test')
    await reads(page, 'A test is on its way')
    await reads(page, 'webhook.tested')
    await site().workers[0].sweep()
    await page.waitForFunction(
      () => {
        const again = [...document.querySelectorAll('button')]
        again.find(({ textContent }) => textContent === 'Load again')?.click()
        return document.querySelector('.event .mark.active')
      },
      { polling: 500 },
    )
    await page.locator('.event summary').click()
    await reviewAll(page, 'webhook')
    await press(page, 'Send again')
    await reads(page, 'It is on its way again.')

    await press(page, 'New secret')
    await agree(page)
    await page.locator('code.secret').wait()
    expect(await page.$eval('code.secret', ({ textContent }) => textContent)).not.toBe(secret)
    await press(page, 'Pause')
    await reads(page, 'Nothing is sent to it for now.')
    await page.locator('.button.danger').click()
    await agree(page)
    await reads(page, 'No address is told anything yet.')
    expect(complaints).toEqual([])
  })
})
