/**
 * Whether an address is one of the public internet (IANA special-purpose registries, RFC 6890): everything that is
 * reserved, private, local or a way into another network is not. `text`: as a resolver writes it.
 */
export function isPublicAddress(text: string): boolean {
  const four = parseIpv4(text)
  if (four !== null) return !reservedIpv4.some((range) => isWithin(four, range))
  const six = parseIpv6(text)
  if (!six) return false
  // Only global unicast: mapped and translated IPv4 addresses, local and multicast ones are all outside of it.
  const [first = 0] = six
  if (first >> 13 !== 0b001) return false
  return !reservedIpv6.some(([groups, bits]) => groupsStartAlike(six, groups, bits))
}

const reservedIpv4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '192.175.48.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
]

/** Inside 2000::/3: protocol assignments with Teredo, documentation (two blocks), and 6to4, which holds an IPv4 address. */
const reservedIpv6: [number[], number][] = [
  [[0x2001, 0], 23],
  [[0x2001, 0x0db8], 32],
  [[0x2002], 16],
  [[0x2620, 0x4f, 0x8000], 48],
  [[0x3fff], 20],
]

function parseIpv4(text: string): number | null {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)
  const bytes = match?.slice(1).map(Number)
  if (!bytes?.every((byte) => byte <= 255)) return null
  return bytes.reduce((sum, byte) => sum * 256 + byte, 0)
}

/** Its eight groups. The URL parser writes every spelling in one way (RFC 5952). */
function parseIpv6(text: string): number[] | null {
  const host = /^[\da-f:.]+$/i.test(text) ? URL.parse(`http://[${text}]`)?.hostname : null
  if (!host) return null
  const [head = '', tail] = host.slice(1, -1).split('::')
  const left = groupsOf(head)
  const right = groupsOf(tail ?? '')
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => 0)
  return [...left, ...zeros, ...right]
}

function groupsOf(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16))
}

function isWithin(address: number, range: string): boolean {
  const [start = '', bits] = range.split('/')
  const size = 2 ** (32 - Number(bits))
  return Math.floor(address / size) === Math.floor((parseIpv4(start) ?? 0) / size)
}

function groupsStartAlike(address: number[], start: number[], bits: number): boolean {
  return address.every((group, at) => {
    const shown = Math.min(16, Math.max(0, bits - at * 16))
    return group >> (16 - shown) === (start[at] ?? 0) >> (16 - shown)
  })
}
