import { describe, expect, it } from 'vitest'
import { ipPrefixOf } from '../../src/http/ip-prefix.ts'
import { call, signIn, type Tokens } from '../support/client.ts'
import { preparedUser } from '../support/prepared.ts'

describe('an IPv4 address', () => {
  it.each(['192.0.2.1', '255.255.255.255', '0.0.0.0', ' 192.0.2.7 '])(
    'counts whole: %j',
    (text) => {
      expect(ipPrefixOf(text)).toBe(text.trim())
    },
  )

  it.each([
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:192.0.2.1', '192.0.2.1'],
    ['::ffff:c000:201', '192.0.2.1'],
    ['0:0:0:0:0:ffff:c000:0201', '192.0.2.1'],
    ['0000:0000:0000:0000:0000:FFFF:192.0.2.1', '192.0.2.1'],
    ['::ffff:0:0', '0.0.0.0'],
    ['::ffff:ffff:ffff', '255.255.255.255'],
  ])('is the same when it comes as IPv6: %s', (text, prefix) => {
    expect(ipPrefixOf(text)).toBe(prefix)
  })
})

describe('an IPv6 address', () => {
  it.each([
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::', '2001:db8:1:2::/64'],
    ['2001:db8:1:2:ffff:ffff:ffff:ffff', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::A', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002:0000:0000:0000:0001', '2001:db8:1:2::/64'],
    ['2001:db8:1:2:0:0:192.0.2.1', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:db8::2:0:0:0:1', '2001:db8:0:2::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['1::', '1:0:0:0::/64'],
    ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
  ])('counts with all its /64, however it is written: %s', (text, prefix) => {
    expect(ipPrefixOf(text)).toBe(prefix)
  })

  it('is another customer in the next /64', () => {
    expect(ipPrefixOf('2001:db8:1:2::1')).not.toBe(ipPrefixOf('2001:db8:1:3::1'))
  })
})

describe('what is no address', () => {
  it.each([
    undefined,
    '',
    ' ',
    'unknown',
    'localhost',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.4:80',
    '1.2.3.4, 5.6.7.8',
    '1.2.3.4\n5.6.7.8',
    '0x7f000001',
    '2130706433',
    '::g',
    ':',
    ':::',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1::2::3',
    '12345::',
    'fe80::1%eth0',
    '[::1]',
    '[::1]:80',
    '::1/64',
    '::1]/@[::2',
    '::ffff:1.2.3',
    '::ffff:1.2.3.400',
    "'; drop table users; --",
  ])('counts as one for all: %j', (text) => {
    expect(ipPrefixOf(text)).toBe('unknown')
  })

  it('counts as one for all at any length', () => {
    expect(ipPrefixOf('a'.repeat(10_000))).toBe('unknown')
    expect(ipPrefixOf(`${'1:'.repeat(10_000)}1`)).toBe('unknown')
  })
})

it('is what the owner of a session reads of it, whatever the other headers say', async () => {
  const email = await preparedUser()
  const headers = {
    'CF-Connecting-IP': '2001:db8:5:6:7:8:9:a',
    'X-Forwarded-For': '203.0.113.5',
    'X-Real-IP': '203.0.113.6',
  }
  const { body } = await signIn(email, { headers })
  const { body: list } = await call<{ sessions: { ip_prefix: string }[] }>(
    '/api/v1/auth/sessions',
    undefined,
    { token: (body as Tokens).access_token },
  )
  expect(list.sessions.map(({ ip_prefix }) => ip_prefix)).toEqual(['2001:db8:5:6::/64'])
})
