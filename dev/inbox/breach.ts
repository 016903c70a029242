import { createHash, randomBytes, randomInt } from 'node:crypto'
import { BREACHED } from './breached-passwords.ts'
import type { Answer, Service, ServiceRequest } from './service.ts'

const hashes = BREACHED.map((password, rank) => ({
  hash: createHash('sha1').update(password).digest('hex').toUpperCase(),
  // The famous ones are seen most; the exact numbers mean nothing.
  count: Math.round(9_000_000 / (rank + 1)),
}))

/** Have I Been Pwned's range API over a short list of famous passwords. */
export const breach: Service = {
  name: 'breach',
  matches: (method, url) => method === 'GET' && url.pathname.startsWith('/range/'),
  answer,
  fail: (status) => text(status, 'Fault injected by the local inbox.'),
}

function answer({ url, headers }: ServiceRequest): Answer {
  const prefix = url.pathname.slice('/range/'.length).toUpperCase()
  if (!/^[0-9A-F]{5}$/.test(prefix)) return text(400, 'The hash prefix was not in a valid format')
  const lines = hashes
    .filter(({ hash }) => hash.startsWith(prefix))
    .map(({ hash, count }) => `${hash.slice(5)}:${count}`)
  if (headers['add-padding'] === 'true') lines.push(...padding(lines.length))
  return text(200, lines.sort().join('\r\n'))
}

/** 35 hexadecimal digits, and one that is not used. */
const bytesOfSuffix = 18

/** Padded answers have 800 to 1,000 lines, the invented ones with a count of 0. */
function padding(real: number): string[] {
  const count = randomInt(800, 1_001) - real
  const digits = randomBytes(count * bytesOfSuffix)
    .toString('hex')
    .toUpperCase()
  return Array.from({ length: count }, (_, at) => {
    const start = at * bytesOfSuffix * 2
    return `${digits.slice(start, start + 35)}:0`
  })
}

function text(status: number, body: string): Answer {
  return { status, body, headers: { 'content-type': 'text/plain' } }
}
