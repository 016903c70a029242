import type { Page } from 'puppeteer-core'
import { describe, expect, it } from 'vitest'
import { newProtected } from '../support/factors.ts'
import { password } from '../support/people.ts'
import { preparedAccount } from '../support/prepared.ts'
import { useSharedSite } from '../support/site.ts'
import { ageProof, button, signedIn } from './account.ts'
import { useBrowser } from './browser.ts'
import { reviewBoth } from './review.ts'
import { errorOf, fill, press, signIn, submit, titled, typeInto, visit } from './visit.ts'

useSharedSite()
useBrowser()

const wrong = 'The code is wrong, used or too old.'

/** Everything that the page says to be wrong, wherever it stands. */
async function refusals(page: Page): Promise<(string | null)[]> {
  return page.$$eval('.error, [role=alert]:not(:empty)', (all) =>
    all.map(({ textContent }) => textContent),
  )
}

/** How urgently a reader tells what comes to stand beside the field. */
async function toldOf(page: Page, name: string): Promise<string | null | undefined> {
  return page.$eval(`input[name=${name}]`, (input) =>
    input.closest('.field')?.querySelector('[aria-live]')?.getAttribute('aria-live'),
  )
}

describe('a form of one field says once what is wrong, beside it', () => {
  it('at the second step of a sign-in, also to whoever did not leave the field', async () => {
    const { email } = await newProtected()
    const { page, complaints } = await visit('/login')
    await signIn(page, email)
    await titled(page, 'One more step')
    await fill(page, 'code', '000000')
    expect(await toldOf(page, 'code')).toBe('polite')
    await page.keyboard.press('Enter')
    expect(await errorOf(page, 'code')).toBe(wrong)
    expect(await refusals(page)).toEqual([wrong])
    expect(await reviewBoth(page, 'second-step-refused')).toEqual([])

    // Whoever presses the button is led to the field, and hears it there.
    await page.focus('button[type=submit]')
    expect(await toldOf(page, 'code')).toBe('off')
    await submit(page)
    expect(await errorOf(page, 'code')).toBe(wrong)
    expect(await refusals(page)).toEqual([wrong])
    expect(complaints).toEqual([])
  })

  it('where an authenticator app is set up, and where a password proves who somebody is', async () => {
    const email = await preparedAccount()
    const { page } = await signedIn(email, 'Security')
    await ageProof(email)
    await press(page, 'Add a passkey')
    await press(page, 'Continue')
    await typeInto(page, 'dialog input[type=password]', `${password} not`)
    await page.locator(button('Confirm')).click()
    expect(await errorOf(page, 'code')).toBe('The password is wrong.')
    expect(await refusals(page)).toEqual(['The password is wrong.'])
    expect(await reviewBoth(page, 'step-up-refused')).toEqual([])
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')

    await page.reload()
    await press(page, 'Authenticator app')
    await typeInto(page, 'dialog input[type=password]', password)
    await page.locator(button('Confirm')).click()
    await page.locator('.secret').wait()
    await fill(page, 'code', '000000')
    await press(page, 'Turn on')
    expect(await errorOf(page, 'code')).toBe(wrong)
    expect(await refusals(page)).toEqual([wrong])
    expect(await reviewBoth(page, 'add-app-refused')).toEqual([])
  })

  it('where a mailed code signs in', async () => {
    const { page } = await visit('/login')
    await fill(page, 'identifier', await preparedAccount())
    await press(page, 'Other ways to sign in')
    await press(page, 'Send a code by e-mail')
    await titled(page, 'Enter the code')
    await fill(page, 'code', '000000')
    await submit(page)
    expect(await errorOf(page, 'code')).toBe(wrong)
    expect(await refusals(page)).toEqual([wrong])
  })

  it('and as a whole what is not about the field', async () => {
    const { email } = await newProtected()
    const { page } = await visit('/login')
    await signIn(page, email)
    await titled(page, 'One more step')
    await fill(page, 'code', '000000')
    await page.setOfflineMode(true)
    await submit(page)
    await page.locator('.notice').wait()
    expect(await page.$$('.error')).toHaveLength(0)
  })
})
