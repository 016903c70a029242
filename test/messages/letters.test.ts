import { describe, expect, test } from 'vitest'
import { renderLetter } from '../../src/messages/letters/render.ts'
import { testConfig } from './fakes.ts'

const config = testConfig()
const evil = `<img src=x onerror=alert(1)>"'&`
const token = 'tok_SECRET-123'
const tenant = { slug: 'default', name: null, sender: null, reply_to: null }
const change = { when: '2026-11-02T14:05:00.000Z', denial_token: token }
const occasion = { when: '2026-11-02T14:05:00.000Z', place: 'BD' }
const orders = [
  { letter: 'verify_email', payload: { token, code: '482915', first_name: 'রহিম' } },
  { letter: 'already_registered', payload: {} },
  { letter: 'reset_password', payload: { token } },
  { letter: 'password_changed', payload: { ...change, place: 'BD' } },
  { letter: 'refresh_reused', payload: { when: '2026-11-02T14:05:00.000Z', place: 'Dhaka' } },
  { letter: 'sign_in_failures', payload: { count: 25 } },
  { letter: 'sign_in_code', payload: { code: '482915' } },
  { letter: 'backup_codes_low', payload: { when: '2026-11-02T14:05:00.000Z' } },
  { letter: 'backup_codes_made', payload: { ...change, place: 'BD' } },
  { letter: 'recover', payload: { token } },
  {
    letter: 'recovery_pending',
    payload: {
      when: '2026-11-02T14:05:00.000Z',
      place: 'BD',
      cancel_token: token,
      completes_at: '2026-11-03T14:05:00.000Z',
    },
  },
  { letter: 'account_recovered', payload: change },
  { letter: 'webhook_off', payload: { when: change.when, host: 'hooks.example.com' } },
  { letter: 'change_email', payload: { token } },
  { letter: 'email_changing', payload: { ...occasion, token } },
  { letter: 'email_changed', payload: { ...occasion, token } },
  { letter: 'email_is_new', payload: occasion },
  { letter: 'email_taken', payload: {} },
  { letter: 'email_restored', payload: { token } },
  { letter: 'email_withdrawn', payload: occasion },
  { letter: 'phone_changed', payload: change },
  { letter: 'account_exported', payload: change },
  {
    letter: 'account_closing',
    payload: { ...change, deletes_at: '2026-11-09T14:05:00.000Z' },
  },
  { letter: 'account_kept', payload: occasion },
  { letter: 'invitation', payload: { token, tenant: 'Acme GmbH', role: 'admin' } },
  { letter: 'role_given', payload: { when: change.when, role: 'owner' } },
  { letter: 'factor_added', payload: change },
  { letter: 'factor_removed', payload: { ...change, place: 'BD' } },
  {
    letter: 'changed_by_administrator',
    payload: {
      when: change.when,
      acts: ['disabled', 'enabled', 'roles_changed', 'signed_out', 'deleted'],
    },
  },
  { letter: 'device_remembered', payload: { ...change, place: 'BD' } },
  { letter: 'identity_linked', payload: { ...change, place: 'BD', provider: 'Google' } },
  { letter: 'identity_unlinked', payload: change },
]

function render(letter: string, payload: unknown, locale = 'en') {
  const mail = renderLetter(config, {
    letter,
    locale,
    recipient: 'ada@example.org',
    payload,
    tenant,
  })
  if (!mail) throw new Error(`${letter} was not rendered`)
  return mail
}

describe.each(['en', 'bn'])('in %s', (locale) => {
  test.each(orders)('$letter is whole, in text and HTML', ({ letter, payload }) => {
    const mail = render(letter, payload, locale)
    expect(mail.to).toBe('ada@example.org')
    expect(mail.text).toContain('Gatehouse')
    expect(mail.html).toMatch(new RegExp(`^<!doctype html><html lang="${locale}"><head>.*<title>`))
    expect(mail.text + mail.html).not.toMatch(/undefined|null|\[object|Invalid/)
    expect(/[\u0980-\u09ff]/.test(mail.subject)).toBe(locale === 'bn')
  })

  test.each(orders)('$letter tells nothing in its subject', ({ letter, payload }) => {
    const { subject } = render(letter, payload, locale)
    for (const value of Object.values(payload)) expect(subject).not.toContain(String(value))
    expect(subject).not.toMatch(/[\r\n]/)
  })

  test.each(orders)(
    '$letter loads nothing and links only to the service',
    ({ letter, payload }) => {
      const { html, text } = render(letter, payload, locale)
      expect(html).not.toMatch(/src=|url\(|<script|<link|@import|<form/i)
      const urls = [...`${html}\n${text}`.matchAll(/https?:[^\s"<]+/g)].map(([url]) => url)
      expect(urls.length).toBeGreaterThan(0)
      for (const url of urls) expect(new URL(url).origin).toBe('https://id.example')
    },
  )
})

test('the token stands in the fragment of a fixed page, and in no query', () => {
  for (const [letter, page] of [
    ['verify_email', 'verify-email'],
    ['reset_password', 'reset-password'],
    ['recover', 'recover'],
  ] as const) {
    const mail = render(letter, { token: 'a b&c#d', code: '123456' })
    expect(mail.text).toContain(`https://id.example/${page}#token=a%20b%26c%23d\n`)
    expect(mail.html).toContain(`href="https://id.example/${page}#token=a%20b%26c%23d"`)
  }
})

test('a code keeps its Latin digits in Bengali, where other numbers do not', () => {
  const mail = render('verify_email', orders[0]?.payload, 'bn')
  expect(mail.text).toContain('482915')
  expect(mail.text).toContain('২৪ ঘণ্টা')
  expect(mail.text).toContain('প্রিয় রহিম,')
})

test('times are UTC in the language of the letter, countries have their names', () => {
  expect(render('password_changed', orders[3]?.payload).text).toContain(
    'Time: 2 November 2026, 14:05 UTC\nPlace: Bangladesh',
  )
  expect(render('password_changed', orders[3]?.payload, 'bn').text).toContain(
    'সময়: ২ নভেম্বর, ২০২৬, ১৪:০৫ UTC\nস্থান: বাংলাদেশ',
  )
})

test('markup in a place is text', () => {
  const { html } = render('refresh_reused', { when: '2026-11-02T14:05:00Z', place: evil })
  expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;')
  expect(html).not.toContain('<img')
})

test('markup in a token is text', () => {
  const { html } = render('reset_password', { token: evil })
  expect(html).not.toMatch(/<img|onerror=alert\(1\)>/)
})

test.each([evil, 'Win at evil.example', 'a/b', 'x@y.z', '1000', ''])(
  'nobody is greeted as %j',
  (name) => {
    const mail = render('verify_email', { token, code: '123456', first_name: name })
    expect(mail.text).toMatch(/^Please confirm/)
    expect(mail.html).not.toContain('<img')
  },
)

test('a name cannot turn the direction of writing or break the line', () => {
  const mail = render('verify_email', { token, code: '123456', first_name: 'Ada\u202e\r\nBcc' })
  expect(mail.text).toMatch(/^Hello Ada Bcc,\n/)
})

test('a language without a translation gets English, a regional one its language', () => {
  expect(render('already_registered', {}, 'fr').subject).toBe('You already have an account')
  expect(render('already_registered', {}, 'bn-BD').subject).toMatch(/[\u0980-\u09ff]/)
})

test('an unknown letter or a payload that does not fit is not rendered', () => {
  const base = { locale: 'en', recipient: 'ada@example.org', tenant }
  expect(renderLetter(config, { ...base, letter: 'none', payload: {} })).toBeNull()
  expect(renderLetter(config, { ...base, letter: 'toString', payload: {} })).toBeNull()
  expect(renderLetter(config, { ...base, letter: 'reset_password', payload: {} })).toBeNull()
  expect(renderLetter(config, { ...base, letter: 'reset_password', payload: null })).toBeNull()
})

test('a sender without a name is called by its host', () => {
  const bare = testConfig()
  bare.mail.from = 'no-reply@id.example'
  const order = {
    letter: 'already_registered',
    locale: 'en',
    recipient: 'a@b.c',
    payload: {},
    tenant,
  }
  expect(renderLetter(bare, order)?.text).toContain('Sent by id.example.')
})

test('a letter of another tenant has its name, and links that say whose they are', () => {
  const order = { letter: 'reset_password', locale: 'en', recipient: 'a@b.c', payload: { token } }
  const acme = { ...tenant, slug: 'acme', name: 'Acme\r\nBcc: x' }
  const mail = renderLetter(config, { ...order, tenant: acme })
  expect(mail?.text).toContain('Sent by Acme Bcc: x (Gatehouse).')
  expect(mail?.text).toContain(`/reset-password?tenant=acme#token=${token}`)
})

test.each([
  [{}, 'Gatehouse <no-reply@id.example>'],
  [{ name: 'Acme Shop' }, '"Acme Shop" <no-reply@id.example>'],
  [{ name: 'Acme', sender: 'Acme, by post' }, '"Acme, by post" <no-reply@id.example>'],
  [
    { sender: 'a" <x@evil.example>, "b\\' },
    '"a\\" <x@evil.example>, \\"b\\\\" <no-reply@id.example>',
  ],
  [{ sender: 'A\r\nBcc: x@evil.example' }, '"A Bcc: x@evil.example" <no-reply@id.example>'],
])('a letter of %j is from %s', (changes, from) => {
  const order = { letter: 'already_registered', locale: 'en', recipient: 'a@b.c', payload: {} }
  expect(renderLetter(config, { ...order, tenant: { ...tenant, ...changes } })?.from).toBe(from)
})

test('a sender whose name is not ASCII is written in encoded words (RFC 2047)', () => {
  const sender = 'ঢাকা বইঘর ও পাঠাগার সমবায় সমিতি'
  const order = { letter: 'already_registered', locale: 'bn', recipient: 'a@b.c', payload: {} }
  const from = renderLetter(config, { ...order, tenant: { ...tenant, sender } })?.from ?? ''
  const words = [...from.matchAll(/=\?UTF-8\?B\?([\w+/=]+)\?=/g)].map(([word, text = '']) => {
    expect(word.length).toBeLessThanOrEqual(75)
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
    // Each is whole by itself: none ends in the middle of a letter.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes)
  })
  expect(words.length).toBeGreaterThan(1)
  expect(words.join('')).toBe(sender)
  expect(from).toMatch(/^[\x20-\x7e]+ <no-reply@id\.example>$/)
})
