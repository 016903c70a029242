import type { Page } from 'puppeteer-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { randomEmail } from '../support/client.ts'
import { password } from '../support/people.ts'
import { site, useSharedSite } from '../support/site.ts'
import { newTenant, type TestTenant } from '../support/tenants.ts'
import { useBrowser } from './browser.ts'
import {
  type Administrator,
  choose,
  newAdministrator,
  openConsole,
  reads,
  reviewAll,
} from './console-cast.ts'
import { addressOf, fill, holds, press, submit, titled, typeInto, visit } from './visit.ts'

useSharedSite()
useBrowser()

const roles = {
  owner: 'owner',
  editor: 'owner',
  reader: 'owner',
  admin: 'admin',
  other: 'admin',
} as const
const cast = {} as Record<keyof typeof roles, Administrator>
let tenant: TestTenant
// Before the form asks everybody for more.
beforeAll(async () => {
  tenant = await newTenant()
  for (const [name, role] of Object.entries(roles)) {
    cast[name as keyof typeof roles] = await newAdministrator(role, tenant)
  }
})

/** What stands beside a setting, once it is led to. */
async function said(page: Page, name: string): Promise<string> {
  await holds(
    page,
    (field) =>
      document.activeElement?.getAttribute('name') === field && document.querySelector('.error'),
    name,
  )
  return page.$eval('.error', (error) => error.textContent)
}

const own = (part: string) => `"settings.register_form.own_fields.0.${part}"`

describe('the register form', () => {
  it('gets a question in the console, which stands on the page and is asked for, without a build', async () => {
    const { page, complaints } = await openConsole('/console/settings/registration', cast.owner)
    await titled(page, 'Settings')
    await page.locator('.trial input[name=password]').wait()
    await press(page, 'Add a question')
    await fill(page, own('label.en'), 'Favourite river')
    await fill(page, own('name'), 'email')
    await page.locator(`input[name=${own('required')}]`).click()
    await submit(page)
    await page.locator('.own-field .error').wait()
    expect(await page.$eval('.own-field .error', (error) => error.textContent)).toBe(
      'This name has a meaning already.',
    )
    await fill(page, own('name'), 'river')
    await page.locator('.trial input[name=river]').wait()
    await reviewAll(page, 'settings-registration')
    await page.locator('.trial button[type=submit]').click()
    await page.locator('.trial .error').wait()
    await page.locator('form button[type=submit]').click()
    await reads(page, 'Saved.')
    expect(complaints).toEqual([])

    const { page: theirs } = await visit(`/register?tenant=${tenant.slug}`)
    await fill(theirs, 'email', randomEmail())
    await fill(theirs, 'password', password)
    await theirs.locator('input[name=terms_accepted]').click()
    await theirs.locator('input[name=privacy_accepted]').click()
    await submit(theirs)
    await holds(theirs, () => document.activeElement?.getAttribute('name') === 'river')
    await fill(theirs, 'river', 'Padma')
    await submit(theirs)
    await titled(theirs, 'Confirm that it is you')
  })
})

describe('settings', () => {
  it('that somebody else has changed meanwhile are not overwritten', async () => {
    const path = '/console/settings/branding'
    const name = '"settings.branding.name"'
    const { page: first } = await openConsole(path, cast.editor)
    const { page: second } = await openConsole(path, cast.admin)
    await second.locator(`input[name=${name}]`).wait()
    await fill(first, name, 'Rivers and Boats')
    await first.locator('form button[type=submit]').click()
    await reads(first, 'Saved.')

    await fill(second, name, 'Boats alone')
    await second.locator('form button[type=submit]').click()
    await reads(second, 'Somebody else has changed this meanwhile.')
    await reviewAll(second, 'settings-conflict')
    await press(second, 'Load again')
    await holds(
      second,
      () =>
        document.querySelector<HTMLInputElement>('input[name="settings.branding.name"]')?.value ===
        'Rivers and Boats',
    )
  })

  it('that are for owners say so to an administrator; what is refused is said beside its field', async () => {
    const { page } = await openConsole('/console/settings/signIn', cast.other)
    await page.locator('fieldset:disabled').wait()
    await reads(page, 'Only owners change this.')
    await reviewAll(page, 'settings-sign-in')
    await press(page, 'Apps and addresses')
    await reviewAll(page, 'settings-places')
    await press(page, 'Text messages')
    await typeInto(page, 'textarea', 'BD\nBengal')
    await submit(page)
    await page.locator('.error').wait()
    expect(await page.$eval('.error', (error) => error.textContent)).toBe(
      '2: The two letters of a country in capitals, such as BD; or * for all.',
    )
    await reviewAll(page, 'settings-texts')
    await press(page, 'Passwords')
    await choose(page, '"settings.password_preset"', 'classic')
    await holds(page, () => document.querySelector('.trial'))
    await page.locator('form button[type=submit]').click()
    await reads(page, 'Saved.')
    await reviewAll(page, 'settings-passwords')
    const { rows } = await site().database.query('select settings from tenants where id = $1', [
      tenant.id,
    ])
    expect(rows[0].settings).toMatchObject({ password_preset: 'classic' })
  })

  it.each([
    ['en', 'A whole number from 5 to 43200, in minutes.', 'A colour as #rrggbb, such as #2546c8.'],
    ['bn', '৫ থেকে ৪৩,২০০ এর মধ্যে একটি পূর্ণসংখ্যা লিখুন।', '#rrggbb আকারে একটি রং লিখুন, যেমন #2546c8।'],
  ])(
    'that are refused say what is wanted, in the unit that is asked for (%s)',
    async (language, life, color) => {
      const { page } = await openConsole('/console/settings/signIn', cast.reader, { language })
      await fill(page, '"settings.session.idle_life"', '1')
      await page.locator('form button[type=submit]').click()
      expect(await said(page, 'settings.session.idle_life')).toBe(life)
      await page.goto(addressOf(`/console/settings/branding?tenant=${tenant.slug}`))
      await fill(page, '"settings.branding.primary_color"', 'red')
      await page.locator('form button[type=submit]').click()
      expect(await said(page, 'settings.branding.primary_color')).toBe(color)
      await reviewAll(page, `settings-refused-${language}`)
    },
  )

  it('are there in Bengali', async () => {
    const { page } = await openConsole('/console/settings', cast.reader, {
      language: 'bn',
    })
    await titled(page, 'সেটিংস')
    await page.locator('.trial input[name=password]').wait()
    await reviewAll(page, 'settings-bengali')
  })
})
