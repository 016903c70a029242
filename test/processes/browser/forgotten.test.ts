import { describe, expect, it } from 'vitest'
import { call } from '../support/client.ts'
import { passwordNumber, resetToken, signIn } from '../support/people.ts'
import { preparedAccount } from '../support/prepared.ts'
import { site, useSharedSite } from '../support/site.ts'
import { useBrowser } from './browser.ts'
import { mailedLink } from './letters.ts'
import { reviewBoth } from './review.ts'
import { errorOf, fill, press, submit, titled, visit } from './visit.ts'

useSharedSite()
useBrowser()

describe('a forgotten password', () => {
  it('is replaced by the link of a letter, and the new one signs in', async () => {
    const email = await preparedAccount()
    const { page, complaints } = await visit('/login')
    await press(page, 'Forgotten your password?')
    await titled(page, 'Forgotten your password?')
    await page.locator('input[name=email]').wait()
    expect(await reviewBoth(page, 'forgot')).toEqual([])
    await submit(page)
    expect(await errorOf(page, 'email')).toBe('Fill in this field.')
    await fill(page, 'email', email)
    await submit(page)
    await page.locator(`::-p-text(If there is an account with ${email})`).wait()
    expect(await page.evaluate(() => document.activeElement?.textContent)).toContain(email)
    expect(await reviewBoth(page, 'forgot-sent')).toEqual([])

    const { page: opened } = await visit(await mailedLink(email, '/reset-password'))
    await titled(opened, 'Set a new password')
    await opened.locator('input[name=password]').wait()
    expect(opened.url()).not.toContain('token')
    await fill(opened, 'password', 'abc')
    await opened.locator('::-p-text(Very easy to guess)').wait()
    expect(await reviewBoth(opened, 'reset')).toEqual([])
    await submit(opened)
    expect(await errorOf(opened, 'password')).toBe('Use at least 8 characters.')
    await fill(opened, 'password', 'password')
    await submit(opened)
    expect(await errorOf(opened, 'password')).toBe(
      'Choose another password: many people use this one. Choose a password that is harder to guess, such as several uncommon words.',
    )
    expect(await reviewBoth(opened, 'reset-refused')).toEqual([])
    await fill(opened, 'password', passwordNumber(1))
    await submit(opened)
    await titled(opened, 'Your new password is set')
    expect(await reviewBoth(opened, 'reset-done')).toEqual([])
    expect((await signIn(email, { password: passwordNumber(1) })).status).toBe(200)
    await press(opened, 'Sign in')
    await titled(opened, 'Sign in')
    expect(complaints).toEqual([])
  })

  it('is asked for again where the link is used up', async () => {
    const email = await preparedAccount()
    const token = await resetToken(email)
    const body = { token, password: passwordNumber(1) }
    await call(site().workers[0], '/api/v1/auth/reset-password', body)
    const { page } = await visit(`/reset-password#token=${token}`)
    await fill(page, 'password', passwordNumber(2))
    await submit(page)
    await titled(page, 'This link no longer works')
    await fill(page, 'email', email)
    expect(await reviewBoth(page, 'reset-outdated')).toEqual([])
    await submit(page)
    await page.locator(`::-p-text(If there is an account with ${email})`).wait()
  })
})
