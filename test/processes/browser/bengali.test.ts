import { describe, expect, it } from 'vitest'
import { randomEmail } from '../support/client.ts'
import { awaitMails } from '../support/outside.ts'
import { codeIn, password } from '../support/people.ts'
import { useSharedSite } from '../support/site.ts'
import { useBrowser } from './browser.ts'
import { mailedLink } from './letters.ts'
import { review } from './review.ts'
import { addressOf, errorOf, fill, press, signIn, submit, titled, visit, widths } from './visit.ts'

useSharedSite()
useBrowser()

/** Texts of the page without a letter of its language: what somebody forgot to translate. */
const untranslated = () =>
  [...document.querySelectorAll('h1, label, button, summary, main a, .hint, .error, .notice')]
    .filter((element) => !element.querySelector('[lang]'))
    .map((element) => element.textContent?.trim() ?? '')
    .filter((text) => text !== '' && !/[\u0980-\u09ff]/.test(text))

describe.each(Object.entries(widths))('at the width of a %s', (device, width) => {
  it('somebody who prefers Bengali registers, signs in and forgets the password in it', async () => {
    const email = randomEmail()
    const { page, complaints } = await visit('/login', { width, language: 'bn-BD' })
    await titled(page, 'সাইন ইন করুন')
    await page.locator('input[name=password]').wait()
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('bn')
    expect(await page.evaluate(untranslated)).toEqual([])
    expect(await review(page, `${device}-bn-login`)).toEqual([])
    await press(page, 'অ্যাকাউন্ট তৈরি করুন')
    await titled(page, 'অ্যাকাউন্ট তৈরি করুন')
    await page.locator('input[name=password]').wait()
    await submit(page)
    expect(await errorOf(page, 'email')).not.toBe('')
    expect(await page.evaluate(untranslated)).toEqual([])
    expect(await review(page, `${device}-bn-register`)).toEqual([])
    await fill(page, 'email', email)
    await fill(page, 'password', password)
    await page.locator('input[name=terms_accepted]').click()
    await page.locator('input[name=privacy_accepted]').click()
    await submit(page)

    await titled(page, 'নিশ্চিত করুন যে এটি আপনি')
    expect(await page.evaluate(untranslated)).toEqual([])
    const [mail] = await awaitMails(email)
    await fill(page, 'code', codeIn(mail))
    await submit(page)
    await titled(page, 'আপনার অ্যাকাউন্ট')
    expect(await review(page, `${device}-bn-account`)).toEqual([])
    await press(page, 'সাইন আউট করুন')
    await titled(page, 'সাইন ইন করুন')
    await signIn(page, email, 'something else entirely 1')
    await page.locator('.notice').wait()
    expect(await page.evaluate(untranslated)).toEqual([])

    await press(page, 'পাসওয়ার্ড ভুলে গেছেন?')
    await titled(page, 'পাসওয়ার্ড ভুলে গেছেন?')
    await fill(page, 'email', email)
    await submit(page)
    await page.locator('.good').wait()
    expect(await page.evaluate(untranslated)).toEqual([])
    expect(await review(page, `${device}-bn-forgot`)).toEqual([])
    const link = await mailedLink(email, '/reset-password')
    const { page: opened } = await visit(link, { width, language: 'bn-BD' })
    await opened.locator('input[name=password]').wait()
    await fill(opened, 'password', 'password')
    await submit(opened)
    expect(await errorOf(opened, 'password')).not.toBe('')
    expect(await opened.evaluate(untranslated)).toEqual([])
    expect(await review(opened, `${device}-bn-reset`)).toEqual([])
    expect(complaints).toEqual([])
  })
})

it('is chosen on the page too, and stays', async () => {
  const { page, complaints } = await visit('/login')
  await page.locator('input[name=password]').wait()
  await press(page, 'বাংলা')
  await titled(page, 'সাইন ইন করুন')
  await page.locator('input[name=password]').wait()
  expect(await page.evaluate(() => document.documentElement.lang)).toBe('bn')
  expect(await page.evaluate(untranslated)).toEqual([])
  await page.goto(addressOf('/register'))
  await titled(page, 'অ্যাকাউন্ট তৈরি করুন')
  await press(page, 'English')
  await titled(page, 'Create an account')
  expect(complaints).toEqual([])
})
