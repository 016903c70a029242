import { describe, expect, it } from 'vitest'
import { act, newAdministrator } from '../support/administrator.ts'
import {
  call,
  cost,
  mails,
  password,
  randomEmail,
  registration,
  signIn,
} from '../support/client.ts'
import { ageSession, row, rows, trailEntries } from '../support/database.ts'
import { newOwner } from '../support/passkey.ts'
import { preparedSignIn } from '../support/prepared.ts'
import { codeOf, fieldCodes } from '../support/problem.ts'
import { newTenant } from '../support/tenant.ts'

interface TenantView {
  id: string
  slug: string
  name: string
  issuer: string
  version: number
  settings: Record<string, unknown>
}

const newSlug = () => `t-${crypto.randomUUID().slice(0, 12)}`

describe('a founded tenant', () => {
  it('is its founder’s, who signs in there with the same password and is asked for a factor', async () => {
    const founder = await newOwner()
    const slug = newSlug()
    const made = await act<TenantView>(founder, 'POST', '/tenants', { slug, name: ' Acme ' })
    expect(made.status).toBe(201)
    expect(made.body).toMatchObject({ slug, name: 'Acme', version: 1 })
    expect(made.body.issuer.endsWith(`/t/${slug}`)).toBe(true)
    expect(cost(made)).toEqual({ db: 1, do: 0, kv: 0, hash: 0 })

    const there = await signIn(founder.email, { headers: { 'X-Tenant': slug } })
    expect(there.body).toMatchObject({ mfa_enrollment_required: true })
    const account = await row<{ roles: string[]; id: string }>(
      'select id, roles from users where tenant_id = $1',
      [made.body.id],
    )
    expect(account.roles).toEqual(['member', 'owner'])
    expect(account.id).not.toBe(founder.user.id)
    const trail = await rows('select 1 from audit_events where tenant_id = $1 and action = $2', [
      made.body.id,
      'tenant.created',
    ])
    expect(trail).toHaveLength(1)
    // One for the founder, one for the owner: two accounts of one address.
    expect(await trailEntries(founder.email, 'tenant.created')).toHaveLength(2)
  })

  it('needs a second factor, the default tenant, a free slug, and a name', async () => {
    const plain = await preparedSignIn()
    const found = (who: { access_token: string }, body: object) =>
      act(who, 'POST', '/tenants', body)
    expect(codeOf(await found(plain, { slug: newSlug(), name: 'A' }))).toBe('STEP_UP_REQUIRED')

    const founder = await newOwner()
    const slug = newSlug()
    await found(founder, { slug, name: 'A' })
    const again = await found(founder, { slug, name: 'B' })
    expect([again.status, codeOf(again)]).toEqual([409, 'SLUG_TAKEN'])
    for (const body of [
      { slug: 'Not A Slug', name: 'A' },
      { slug: '-a', name: 'A' },
      { slug: crypto.randomUUID(), name: 'A' },
      { slug: 'www', name: 'A' },
      { slug: 'xn--80ak6aa92e', name: 'A' },
      { slug: newSlug(), name: 'Your bank: https://evil.example' },
      { slug: newSlug(), name: 'Call 900 123 4567' },
      { slug: newSlug(), name: 'Visit evil.example now' },
      { slug: newSlug(), name: 'You won at prize24.example' },
      { slug: newSlug(), name: 'কি.example' },
      { slug: newSlug(), name: 'Ring ০১৭১২৩৪৫৬৭৮' },
      { slug: newSlug(), name: '  ' },
      { slug: newSlug() },
      { slug: newSlug(), name: 'A', owner: 'x' },
    ]) {
      expect((await found(founder, body)).status, JSON.stringify(body)).toBe(422)
    }
    const elsewhere = await newAdministrator(await newTenant(), 'owner')
    expect(codeOf(await found(elsewhere, { slug: newSlug(), name: 'A' }))).toBe('FORBIDDEN')
  })

  it('of one slug, asked for by many at once, is made once with one owner', async () => {
    const founder = await newOwner()
    const slug = newSlug()
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => act(founder, 'POST', '/tenants', { slug, name: 'A' })),
    )
    const statuses = answers.map(({ status }) => status).sort()
    expect(statuses).toEqual([201, ...Array.from({ length: 19 }, () => 409)])
    const owners = await rows(
      `select 1 from users u join tenants t on t.id = u.tenant_id where t.slug = $1`,
      [slug],
    )
    expect(owners).toHaveLength(1)
  })
})

describe('settings', () => {
  it('are shown with what the operator has, changed one by one, and taken back by null', async () => {
    const owner = await newAdministrator(await newTenant(), 'owner')
    const path = `/tenants/${owner.slug}`
    const before = await act<TenantView>(owner, 'GET', path)
    expect(before.status).toBe(200)
    expect(cost(before).db).toBe(1)
    expect(before.body.settings).toMatchObject({ require_mfa: false, password_preset: 'standard' })

    const changed = await act<TenantView>(owner, 'PATCH', path, {
      name: 'Renamed',
      settings: { require_mfa: true, branding: { name: 'Acme', primary_color: '#112233' } },
    })
    expect(changed.status).toBe(200)
    expect(cost(changed).db).toBe(1)
    expect(changed.body).toMatchObject({
      name: 'Renamed',
      version: before.body.version + 1,
      settings: { require_mfa: true, branding: { name: 'Acme', support_url: null } },
    })
    expect(await trailEntries(owner.email, 'tenant.changed')).toMatchObject([
      { reason: 'name branding require_mfa' },
    ])

    const back = await act<TenantView>(owner, 'PATCH', path, { settings: { require_mfa: null } })
    expect(back.body.settings).toMatchObject({ require_mfa: false, branding: { name: 'Acme' } })
  })

  it('bite at the very next request', async () => {
    const tenant = await newTenant()
    const owner = await newAdministrator(tenant, 'owner')
    const settings = { sign_in_methods: ['passkey'] }
    await act(owner, 'PATCH', `/tenants/${owner.slug}`, { settings })
    const body = { email: owner.email, password }
    const answer = await call('/api/v1/auth/login', body, { headers: tenant.headers })
    expect(codeOf(answer)).toBe('SIGN_IN_METHOD_CLOSED')
    expect(cost(answer).db).toBe(0)
  })

  it.each([
    [{ require_mfa: 'yes' }, 'settings.require_mfa'],
    [{ unknown: 1 }, 'settings.unknown'],
    [{ assurance_profile: 'none' }, 'settings.assurance_profile'],
    [{ branding: { logo_url: 'http://example.com/a.png' } }, 'settings.branding.logo_url'],
    [{ branding: { primary_color: 'red' } }, 'settings.branding.primary_color'],
    [{ branding: { css: 'x' } }, 'settings.branding.css'],
    [{ sign_in_methods: [] }, 'settings.sign_in_methods'],
    [{ sign_in_methods: ['carrier_pigeon'] }, 'settings.sign_in_methods.0'],
    [{ redirect_urls: ['javascript:alert(1)'] }, 'settings.redirect_urls.0'],
    [{ redirect_urls: ['http://example.com/callback'] }, 'settings.redirect_urls.0'],
    [{ redirect_urls: ['https://example.com/#x'] }, 'settings.redirect_urls.0'],
    [{ allowed_origins: ['https://example.com/'] }, 'settings.allowed_origins.0'],
    [{ allowed_origins: ['*'] }, 'settings.allowed_origins.0'],
    [{ session: { idle_life: 10, absolute_life: 600 } }, 'settings.session.idle_life'],
    [{ session: { idle_life: 900, absolute_life: 600 } }, 'settings.session.absolute_life'],
    [{ phone_regions: Array.from({ length: 60 }, () => 'BD') }, 'settings.phone_regions'],
    [{ minimum_age: 200 }, 'settings.minimum_age'],
  ])('%j is refused by its path, and nothing of the rest is applied', async (wrong, field) => {
    const owner = await newAdministrator(await newTenant(), 'owner')
    const path = `/tenants/${owner.slug}`
    const settings = { email_factor: true, ...wrong }
    const answer = await act(owner, 'PATCH', path, { name: 'Half', settings })
    expect(answer.status).toBe(422)
    expect(fieldCodes(answer).join(' ')).toContain(`${field}`)
    const after = await act<TenantView>(owner, 'GET', path)
    expect(after.body.name).not.toBe('Half')
    expect(after.body.settings.email_factor).toBe(false)
  })

  it.each([
    [{ branding: { primary_color: 'red' } }, 'A colour as #rrggbb, such as #2546c8.'],
    [
      { branding: { logo_url: 'http://example.com/a.png' } },
      'A whole address that begins with https://, such as https://example.com/help.',
    ],
    [{ branding: { terms_url: 'terms' } }, 'A whole address that begins with https://'],
    [{ sender: { reply_to: 'Help <help@example.com>' } }, 'One e-mail address'],
    [{ terms_version: 'of May' }, 'Up to 32 letters, digits'],
    [{ minimum_age: 200 }, 'A whole number from 0 to 130, in years.'],
    [{ minimum_age: 1.5 }, 'A whole number from 0 to 130, in years.'],
    [{ phone_regions: ['Bangladesh'] }, 'The two letters of a country in capitals, such as BD.'],
    [
      { text_regions: ['**'] },
      'The two letters of a country in capitals, such as BD; or * for all.',
    ],
    [{ phone_regions: Array.from({ length: 60 }, () => 'BD') }, 'At most 50 entries.'],
    [{ sign_in_methods: [] }, 'At least 1 entry.'],
    [{ password_policy: { min_length: 4 } }, 'A whole number from 8 to 64.'],
    [
      { session: { idle_life: 10, absolute_life: 600 } },
      'A whole number from 300 to 2592000, in seconds.',
    ],
    [{ allowed_origins: ['https://example.com/'] }, 'An origin alone, without a path'],
    [{ redirect_urls: ['https://example.com/#x'] }, 'A whole address without #'],
    [{ native_clients: { google: ['a b'] } }, 'One client id'],
    [{ apple_apps: ['com.example.app'] }, 'Team and bundle'],
    [{ android_apps: [{ package: 'app', fingerprint: 'AB' }] }, 'The name of a package'],
    [{ android_apps: [{ package: 'a.b', fingerprint: 'AB' }] }, '32 pairs of hexadecimal digits'],
    [{ texts_per_day: -1 }, 'A whole number, 0 or more.'],
  ])('%j is refused with what is wanted', async (wrong, words) => {
    const owner = await newAdministrator(await newTenant(), 'owner')
    const answer = await act(owner, 'PATCH', `/tenants/${owner.slug}`, { settings: wrong })
    const { errors = [] } = answer.body as { errors?: { message: string }[] }
    expect(errors[0]?.message).toContain(words)
  })

  it('say who a mail is from, and where answers go', async () => {
    const tenant = await newTenant()
    const owner = await newAdministrator(tenant, 'owner')
    const settings = { sender: { name: 'Acme Post', reply_to: 'Help@Acme.example' } }
    const changed = await act<TenantView>(owner, 'PATCH', `/tenants/${owner.slug}`, { settings })
    expect(changed.body.settings).toMatchObject({
      sender: { name: 'Acme Post', reply_to: 'help@acme.example' },
    })
    const email = randomEmail()
    await call('/api/v1/auth/register', registration(email), { headers: tenant.headers })
    const [mail] = await mails(email)
    expect(mail).toMatchObject({
      from: expect.stringMatching(/^"Acme Post" <[^<>@]+@[^<>@]+>$/),
      reply_to: ['help@acme.example'],
    })
    const hostile = { sender: { name: 'Acme" <x@evil.example>' } }
    const refused = await act(owner, 'PATCH', `/tenants/${owner.slug}`, { settings: hostile })
    expect(refused.status).toBe(422)
  })

  it.each([
    { sign_in_methods: ['passkey'] },
    { redirect_urls: ['https://app.example/callback'] },
    { allowed_origins: ['https://app.example'] },
    { email_verification: false },
    { email_factor: true },
    { assurance_profile: 'strict' },
    // An app that is named here uses everybody's passkeys.
    { android_apps: [{ package: 'example.app', fingerprint: Array(32).fill('AB').join(':') }] },
    { apple_apps: ['ABCDE12345.example.app'] },
    // Whoever signs in to an app that is named here is signed in here.
    { native_clients: { google: ['1234-shop.apps.googleusercontent.com'] } },
    // Without it a password alone is enough again.
    { require_mfa: true },
    // Answers to the service's mails go there.
    { sender: { reply_to: 'help@acme.example' } },
  ])('%j is for owners: it says who gets in', async (settings) => {
    const tenant = await newTenant()
    const admin = await newAdministrator(tenant, 'admin')
    const path = `/tenants/${admin.slug}`
    expect(codeOf(await act(admin, 'PATCH', path, { settings }))).toBe('FORBIDDEN')
    expect((await act(admin, 'PATCH', path, { settings: { minimum_age: 16 } })).status).toBe(200)
    const owner = await newAdministrator(tenant, 'owner')
    expect((await act(owner, 'PATCH', path, { settings })).status).toBe(200)
  })

  it('are changed only with a factor that was shown within half an hour, and read with an older one', async () => {
    const owner = await newAdministrator(await newTenant(), 'owner')
    await ageSession(owner.session_id, 31 * 60)
    const path = `/tenants/${owner.slug}`
    expect((await act(owner, 'GET', path)).status).toBe(200)
    const answer = await act(owner, 'PATCH', path, { settings: { require_mfa: true } })
    expect([answer.status, codeOf(answer)]).toEqual([403, 'STEP_UP_REQUIRED'])
    expect(answer.body).toMatchObject({ required_acr: 'aal2', max_age: 1_800 })
  })
})
