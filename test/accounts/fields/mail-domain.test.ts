import { describe, expect, it } from 'vitest'
import { checkMailDomain } from '../../../src/accounts/fields/mail-domain.ts'
import type { Config } from '../../../src/config.ts'
import type { EgressAnswer, EgressRequest } from '../../../src/ports.ts'

type Zone = Partial<Record<'MX' | 'A' | 'AAAA', EgressAnswer | null>>

const answer = (body: unknown, status = 200): EgressAnswer => ({
  status,
  text: JSON.stringify(body),
})
const nothing = answer({ Status: 0 })
const records = (type: number, ...data: string[]) =>
  answer({ Status: 0, Answer: data.map((text) => ({ name: 'x', type, TTL: 60, data: text })) })

function resolver(zone: Zone, domainCheck = true) {
  const asked: { url: string; request: EgressRequest | undefined }[] = []
  const config = {
    checks: { domain: domainCheck, domainEndpoint: 'https://dns.example/dns-query' },
  } as Config
  const fetch = async (url: string, request?: EgressRequest) => {
    asked.push({ url, request })
    return zone[new URL(url).searchParams.get('type') as keyof Zone] ?? null
  }
  return { ports: { config, egress: { fetch } }, asked }
}

const verdictOf = (zone: Zone) => checkMailDomain(resolver(zone).ports, 'example.com')

describe('checkMailDomain', () => {
  it('asks for the mail exchanger in one round trip', async () => {
    const { ports, asked } = resolver({ MX: records(15, '10 mail.example.com.') })
    expect(await checkMailDomain(ports, 'example.com')).toBe('accepts')
    expect(asked).toEqual([
      {
        url: 'https://dns.example/dns-query?name=example.com&type=MX',
        request: { headers: { accept: 'application/dns-json' } },
      },
    ])
  })

  it('refuses a null MX (RFC 7505), however it is written', async () => {
    expect(await verdictOf({ MX: records(15, '0 .') })).toBe('refuses')
    expect(await verdictOf({ MX: records(15, '0 ') })).toBe('refuses')
  })

  it('falls back to an address where no exchanger is named (RFC 5321 §5.1)', async () => {
    expect(await verdictOf({ MX: nothing, A: records(1, '192.0.2.1'), AAAA: nothing })).toBe(
      'accepts',
    )
    expect(await verdictOf({ MX: nothing, A: nothing, AAAA: records(28, '2001:db8::1') })).toBe(
      'accepts',
    )
    expect(await verdictOf({ MX: nothing, A: null, AAAA: records(28, '2001:db8::1') })).toBe(
      'accepts',
    )
    expect(await verdictOf({ MX: nothing, A: nothing, AAAA: nothing })).toBe('refuses')
  })

  it('does not take an alias for an exchanger', async () => {
    const alias = records(5, 'other.example.')
    expect(await verdictOf({ MX: alias, A: alias, AAAA: nothing })).toBe('refuses')
  })

  it('refuses a domain that does not exist', async () => {
    const { ports, asked } = resolver({ MX: answer({ Status: 3 }) })
    expect(await checkMailDomain(ports, 'nowhere.invalid')).toBe('refuses')
    expect(asked).toHaveLength(1)
  })

  it.each<[string, Zone]>([
    ['a time-out', { MX: null }],
    ['SERVFAIL', { MX: answer({ Status: 2 }) }],
    ['REFUSED', { MX: answer({ Status: 5 }) }],
    ['status 500', { MX: answer({ Status: 0 }, 500) }],
    ['a page', { MX: { status: 200, text: '<html>' } }],
    ['null', { MX: { status: 200, text: 'null' } }],
    ['an odd shape', { MX: answer({ Status: 0, Answer: [{ type: 'MX', data: 1 }] }) }],
    ['a time-out at the second step', { MX: nothing, A: nothing, AAAA: null }],
  ])('does not know after %s', async (_, zone) => expect(await verdictOf(zone)).toBe('unknown'))

  it('asks nobody where the check is off', async () => {
    const { ports, asked } = resolver({}, false)
    expect(await checkMailDomain(ports, 'example.com')).toBe('accepts')
    expect(asked).toEqual([])
  })
})
