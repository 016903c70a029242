import { expect, it } from 'vitest'
import { randomEmail, randomPhone } from '../support/client.ts'
import { oneValue } from '../support/database.ts'
import { awaitMails } from '../support/outside.ts'
import { codeIn, password, passwordNumber, tokenIn } from '../support/people.ts'
import { preparedAccount } from '../support/prepared.ts'
import { useSharedSite } from '../support/site.ts'
import { act, newMember, newTenant } from '../support/tenants.ts'
import { ageProof, button, signedIn } from './account.ts'
import { useBrowser } from './browser.ts'
import { reviewBoth } from './review.ts'
import { addressOf, fill, holds, press, signIn, submit, titled, typeInto, visit } from './visit.ts'

useSharedSite()
useBrowser()

it('the profile is changed, and says beside its field what is wrong', async () => {
  const email = await preparedAccount()
  const { page, complaints } = await signedIn(email)
  await fill(page, 'first_name', 'Ada')
  await fill(page, 'mobile', '12')
  await page.locator(button('Save')).click()
  await page.locator('.error').wait()
  expect(await page.$eval('input[name=mobile]', (field) => field === document.activeElement)).toBe(
    true,
  )
  expect(await reviewBoth(page, 'account-profile')).toEqual([])

  await fill(page, 'mobile', '+8801712345678')
  await page.locator(button('Save')).click()
  await page.locator('::-p-text(Saved.)').wait()
  const stored = "select first_name || ' ' || mobile from users where email = $1"
  expect(await oneValue(stored, email)).toBe('Ada +8801712345678')
  await page.reload()
  await page.locator('input[name=first_name]').wait()
  expect(await page.$eval('input[name=first_name]', (field) => field.value)).toBe('Ada')
  expect(complaints).toEqual([])
})

it('the address is another once its mailbox has answered, and the page sees it', async () => {
  const [email, next] = [await preparedAccount(), randomEmail()]
  const { page } = await signedIn(email)
  await ageProof(email)
  await page.locator(button('Change')).click()
  await fill(page, 'email', next)
  await page.locator(button('Send a link')).click()
  await typeInto(page, 'dialog input[type=password]', password)
  await page.locator('dialog button[type=submit]').click()
  await page.locator(`::-p-text(A link is on its way to ${next})`).wait()
  expect(await reviewBoth(page, 'account-email-sent')).toEqual([])

  const [mail] = await awaitMails(next)
  const { page: mailed } = await visit(`/email/confirm#token=${tokenIn(mail)}`, { beside: page })
  await submit(mailed)
  await holds(mailed, () => !document.querySelector('button[type=submit]'))
  await page.bringToFront()
  await page.evaluate(() => dispatchEvent(new Event('focus')))
  await page.locator('::-p-text(This is your address now.)').wait()
})

it('the number is another once the code that went there is entered', async () => {
  const phone = randomPhone()
  const { page } = await signedIn(await preparedAccount())
  await page.locator(button('Add')).click()
  await fill(page, 'phone_e164', phone)
  await page.locator(button('Send a code')).click()
  const [text] = await awaitMails(phone)
  const code = codeIn(text)
  await fill(page, 'code', code === '000000' ? '111111' : '000000')
  await page.locator(button('Confirm')).click()
  await page.locator('.error').wait()
  expect(await reviewBoth(page, 'account-phone-code')).toEqual([])
  await fill(page, 'code', code)
  await page.locator(button('Confirm')).click()
  await page.locator('::-p-text(This is your number now.)').wait()
  await page.locator(`::-p-text(${phone})`).wait()
})

it('the password is changed: a weak one and a wrong one are said beside their fields', async () => {
  const email = await preparedAccount()
  const { page, complaints } = await visit('/account/security/password')
  await titled(page, 'Sign in')
  await signIn(page, email)
  // Where the sign-in was asked for.
  await titled(page, 'Change the password')
  await fill(page, 'current_password', 'not this one at all 7')
  await fill(page, 'new_password', 'password')
  await submit(page)
  await page.locator('.error').wait()
  expect(await page.$eval(':focus', (field) => field.getAttribute('name'))).toBe('new_password')
  expect(await reviewBoth(page, 'account-password')).toEqual([])
  const next = passwordNumber(4)
  await fill(page, 'new_password', next)
  await submit(page)
  await holds(page, () => document.activeElement?.getAttribute('name') === 'current_password')
  await fill(page, 'current_password', password)
  await submit(page)
  await page.locator('::-p-text(The password is changed.)').wait()

  await press(page, 'Sign out')
  await titled(page, 'Sign in')
  await signIn(page, email, next)
  await titled(page, 'Your account')
  expect(page.url()).toBe(addressOf('/account'))
  expect(complaints).toEqual([])
})

it('a question of the tenant is part of the profile', async () => {
  const tenant = await newTenant()
  const owner = await newMember('owner', tenant.headers)
  const own_fields = [
    { name: 'river', type: 'text', label: { en: 'Favourite river' } },
    { name: 'news', type: 'checkbox', label: { en: 'News by mail' } },
  ]
  const settings = { register_form: { preset: 'minimal', own_fields } }
  const changed = await act(owner, 'PATCH', `/tenants/${tenant.slug}`, { settings })
  expect(changed.status).toBe(200)

  const email = await preparedAccount(tenant.headers)
  const { page } = await visit(`/account?tenant=${tenant.slug}`, { as: { email } })
  await titled(page, 'Your account')
  await fill(page, 'river', 'Padma')
  await page.locator('input[name=news]').click()
  await page.locator(button('Save')).click()
  await page.locator('::-p-text(Saved.)').wait()
  const stored = 'select extra from users where email = $1'
  expect(await oneValue(stored, email)).toEqual({ river: 'Padma', news: true })
})
