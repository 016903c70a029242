import { z } from 'zod'
import { lazily } from '../../lazily.ts'
import type { Ports } from '../../ports.ts'

type RecordType = keyof typeof recordTypes

/** IANA DNS parameters. */
const recordTypes = { A: 1, MX: 15, AAAA: 28 } as const
const noError = 0
const noSuchDomain = 3

/** The JSON form of DNS over HTTPS, as Cloudflare and Google serve it. */
const dnsAnswer = lazily(() =>
  z.object({
    Status: z.number().int(),
    Answer: z.array(z.object({ type: z.number().int(), data: z.string() })).optional(),
  }),
)

export type Lookup =
  | { kind: 'records'; data: string[] }
  | { kind: 'no-domain' }
  | { kind: 'unknown' }

/** Asks the resolver for the records of a name. `unknown`: it gave no usable answer. */
export async function lookUp(
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
