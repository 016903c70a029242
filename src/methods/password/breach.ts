import type { Ports } from '../../ports.ts'
import { toHex, utf8 } from '../../tokens/encoding.ts'
import { isCommonPassword } from './dictionaries.ts'

/** `unknown`: the service did not answer and the local list does not know the password. It passes, and is logged. */
export type BreachVerdict = 'breached' | 'clean' | 'unknown'

/** SHA-1 is what the range service is keyed by; five of its forty hex digits leave (k-anonymity), no more. */
const prefixLength = 5
const row = /^([\dA-F]{35}):(\d+)$/

type BreachPorts = Pick<Ports, 'egress' | 'config' | 'passwordLists'>

/**
 * Whether a password is known from a data breach, by the range API of Pwned Passwords.
 * Without the service, or with the check switched off, the local list of common passwords decides.
 */
export async function checkBreach(ports: BreachPorts, password: string): Promise<BreachVerdict> {
  const { breach, breachEndpoint } = ports.config.checks
  const found = breach ? await askRange(ports, breachEndpoint, password) : null
  if (found !== null) return found ? 'breached' : 'clean'
  if (await isCommonPassword(ports, password)) return 'breached'
  return breach ? 'unknown' : 'clean'
}

/** True or false where the service knows, null where it gave no usable answer. */
async function askRange(
  ports: BreachPorts,
  endpoint: string,
  password: string,
): Promise<boolean | null> {
  const digest = await sha1(password.normalize('NFC'))
  const answer = await ports.egress.fetch(`${endpoint}/${digest.slice(0, prefixLength)}`, {
    // Padding hides from the wire, by length, which range was asked for.
    headers: { 'Add-Padding': 'true' },
  })
  if (answer?.status !== 200) return null
  const rows = answer.text.split(/\r?\n/).flatMap((line) => {
    const [, suffix, count] = row.exec(line.trim()) ?? []
    return suffix ? [{ suffix, count: Number(count) }] : []
  })
  // Not one row: a page of something else. A range is never empty.
  if (rows.length === 0) return null
  // Padding rows have a count of 0: they say nothing.
  return rows.some(({ suffix, count }) => suffix === digest.slice(prefixLength) && count > 0)
}

async function sha1(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-1', utf8(text)))
  return toHex(digest).toUpperCase()
}
