import { z } from 'zod'
import type { Ports } from '../../ports.ts'

/** `unknown`: the resolver gave no usable answer. The caller lets it pass and logs it: the mail itself is the proof. */
export type MailDomainVerdict = 'accepts' | 'refuses' | 'unknown'

type RecordType = keyof typeof recordTypes

/** IANA DNS parameters. */
const recordTypes = { A: 1, MX: 15, AAAA: 28 } as const
const noError = 0
const noSuchDomain = 3

/** The JSON form of DNS over HTTPS, as Cloudflare and Google serve it. */
const dnsAnswer = z.object({
  Status: z.number().int(),
  Answer: z.array(z.object({ type: z.number().int(), data: z.string() })).optional(),
})

type Lookup = { kind: 'records'; data: string[] } | { kind: 'no-domain' } | { kind: 'unknown' }

/**
 * Whether a domain takes mail (RFC 5321 §5.1): it has a mail exchanger, or an address where none is named.
 *
 * `domain`: ASCII, lower case. One or two round trips to the resolver.
 */
export async function checkMailDomain(
  ports: Pick<Ports, 'egress' | 'config'>,
  domain: string,
): Promise<MailDomainVerdict> {
  if (!ports.config.checks.domain) return 'accepts'
  const exchangers = await lookUp(ports, domain, 'MX')
  if (exchangers.kind === 'unknown') return 'unknown'
  if (exchangers.kind === 'no-domain') return 'refuses'
  if (exchangers.data.length > 0) return exchangers.data.some(isExchanger) ? 'accepts' : 'refuses'

  const addresses = await Promise.all([lookUp(ports, domain, 'A'), lookUp(ports, domain, 'AAAA')])
  if (addresses.some((found) => found.kind === 'records' && found.data.length > 0)) return 'accepts'
  return addresses.some((found) => found.kind === 'unknown') ? 'unknown' : 'refuses'
}

/** `0 .` says that a domain takes no mail (RFC 7505). */
function isExchanger(data: string): boolean {
  return !/^\d+(?:\s+\.)?$/.test(data.trim())
}

async function lookUp(
  ports: Pick<Ports, 'egress' | 'config'>,
  domain: string,
  type: RecordType,
): Promise<Lookup> {
  const query = new URLSearchParams({ name: domain, type })
  const answer = await ports.egress.fetch(`${ports.config.checks.domainEndpoint}?${query}`, {
    headers: { accept: 'application/dns-json' },
  })
  if (answer?.status !== 200) return { kind: 'unknown' }
  const parsed = dnsAnswer.safeParse(parseJson(answer.text))
  if (!parsed.success) return { kind: 'unknown' }

  const { Status: status, Answer: records = [] } = parsed.data
  if (status === noSuchDomain) return { kind: 'no-domain' }
  if (status !== noError) return { kind: 'unknown' }
  // An alias (CNAME) on the way is listed too.
  const data = records.filter((record) => record.type === recordTypes[type]).map(({ data }) => data)
  return { kind: 'records', data }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
