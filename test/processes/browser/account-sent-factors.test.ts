import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { randomPhone } from '../support/client.ts'
import { awaitMails } from '../support/outside.ts'
import { codeIn } from '../support/people.ts'
import { preparedAccount } from '../support/prepared.ts'
import { site, useSharedSite } from '../support/site.ts'
import { newTenant } from '../support/tenants.ts'
import { ageProof, confirm, listed, signedIn } from './account.ts'
import { plugIn } from './authenticator.ts'
import { useBrowser } from './browser.ts'
import { reviewBoth } from './review.ts'
import { fill, holds, press, signIn, submit, titled, visit } from './visit.ts'

useSharedSite()
useBrowser()

it('codes by WhatsApp are set up in the account', async () => {
  const phone = randomPhone()
  const { page, complaints } = await signedIn(await preparedAccount(), 'Security')
  await press(page, 'Code by WhatsApp')
  await fill(page, 'phone_e164', phone)
  await confirm(page)
  const [message] = await awaitMails(phone)
  expect(message?.channel).toBe('whatsapp')
  await fill(page, 'code', codeIn(message))
  await press(page, 'Turn on')
  await titled(page, 'Your backup codes')
  await press(page, 'I have kept them')
  await listed(page, 'Code by WhatsApp')
  expect(complaints).toEqual([])
})

it.each(['sms', 'whatsapp'])('a code by %s is asked for at a sign-in', async (channel) => {
  const [email, phone] = [await preparedAccount(), randomPhone()]
  await bind(email, channel, phone)
  const { page, complaints } = await visit('/login')
  await signIn(page, email)
  await titled(page, 'One more step')
  await press(page, 'Send a code')
  await page.locator('input[name=code]').wait()
  expect(await page.$eval('main', (main) => main.textContent)).toContain(phone.slice(-3))
  expect(await reviewBoth(page, `second-step-${channel}`)).toEqual([])
  const [message] = await awaitMails(phone)
  expect(message?.channel).toBe(channel)
  const code = codeIn(message)
  await fill(page, 'code', code === '111111' ? '222222' : '111111')
  await submit(page)
  await page.locator('.error').wait()
  await fill(page, 'code', code)
  await submit(page)
  await titled(page, 'Your account')
  expect(complaints).toEqual([])
})

it('a code by e-mail is set up where the tenant lets it count, and asked for', async () => {
  const tenant = await newTenant()
  await settle(tenant.id, { email_factor: true })
  const email = await preparedAccount(tenant.headers)
  const { page, complaints } = await visit(`/account?tenant=${tenant.slug}`, { as: { email } })
  await titled(page, 'Your account')
  await press(page, 'Security')
  await press(page, 'Code by e-mail')
  await confirm(page)
  const [setup] = await awaitMails(email)
  await fill(page, 'code', codeIn(setup))
  await press(page, 'Turn on')
  await titled(page, 'Your backup codes')
  await press(page, 'I have kept them')
  await listed(page, 'Code by e-mail')
  await press(page, 'Sign out')
  await titled(page, 'Sign in')

  await forgetSends(email)
  const { length: before } = await awaitMails(email, 2)
  await signIn(page, email)
  await titled(page, 'One more step')
  await press(page, 'Send a code')
  await page.locator('input[name=code]').wait()
  expect(await reviewBoth(page, 'second-step-email')).toEqual([])
  const [mail] = await awaitMails(email, before + 1)
  await fill(page, 'code', codeIn(mail))
  await submit(page)
  await titled(page, 'Your account')
  expect(complaints).toEqual([])
})

it('a security key that knows nobody is added, and asked for after the password', async () => {
  const email = await preparedAccount()
  const { page, complaints } = await signedIn(email, 'Security')
  await plugIn(page, 'stick')
  await press(page, 'Add a security key')
  await fill(page, 'name', 'My stick')
  await press(page, 'Continue')
  await titled(page, 'Your backup codes')
  await press(page, 'I have kept them')
  await listed(page, 'My stick')
  await press(page, 'Sign out')
  await titled(page, 'Sign in')
  await signIn(page, email)
  await titled(page, 'One more step')
  await press(page, 'Use the key')
  await titled(page, 'Your account')

  // What it has shown is fresh for a while, and then it is asked for again.
  await ageProof(email)
  await press(page, 'Security')
  await press(page, 'Remove')
  await confirm(page)
  await press(page, 'Use the key')
  await holds(page, () => !document.querySelector('.rows li, dialog'))
  expect(complaints).toEqual([])
})

it.each([
  ['en', 'Security', 'Authenticator app', 'A password alone does not set up'],
  ['bn', 'নিরাপত্তা', 'অথেনটিকেটর অ্যাপ', 'শুধু পাসওয়ার্ড দিয়ে দ্বিতীয় ধাপ চালু করা যায় না'],
])(
  'in a strict tenant a password alone adds none, and the page says so (%s)',
  async (language, part, app, said) => {
    const tenant = await newTenant()
    await settle(tenant.id, { assurance_profile: 'strict' })
    const email = await preparedAccount(tenant.headers)
    await site().database.query(
      `update users set created_at = created_at - interval '2 hours',
       email_verified_at = email_verified_at - interval '2 hours' where email = $1`,
      [email],
    )
    const path = `/account?tenant=${tenant.slug}`
    const { page, complaints } = await visit(path, { language, as: { email } })
    await press(page, part)
    await press(page, app)
    await holds(page, (text) => document.body.textContent?.includes(text), said)
    expect(await reviewBoth(page, `account-mailbox-first-${language}`)).toEqual([])
    expect(complaints).toEqual([])
  },
)

/** Settings of a tenant, all that it has. */
async function settle(id: string, settings: object): Promise<void> {
  await site().database.query('update tenants set settings = $2 where id = $1', [
    id,
    JSON.stringify(settings),
  ])
}

/** A number as a second step. */
async function bind(email: string, type: string, phone: string): Promise<void> {
  await site().database.query(
    `with holder as (update users set mfa_enabled = true where email = $1 returning id, tenant_id)
      insert into factors (id, tenant_id, user_id, type, phone_e164)
      select $2, tenant_id, id, $3, $4 from holder`,
    [email, randomUUID(), type, phone],
  )
}

/** As if no code had been mailed to this account. */
async function forgetSends(email: string): Promise<void> {
  await site().database.query(
    'delete from factor_sends where user_id in (select id from users where email = $1)',
    [email],
  )
}
