/** What limits count: an IPv4 address, or the /64 of an IPv6 address, since one customer owns all of it. */
export function ipPrefixOf(address: string | undefined): string {
  const text = (address ?? '').trim()
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) return text
  return ipv6Prefix(text) ?? 'unknown'
}

function ipv6Prefix(text: string): string | null {
  if (!/^[\da-f:.]+$/i.test(text) || !text.includes(':') || !URL.canParse(`http://[${text}]/`))
    return null
  // The URL parser gives the one canonical spelling (RFC 5952).
  const groups = expand(new URL(`http://[${text}]/`).hostname.slice(1, -1))
  const mapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff
  if (mapped) return ipv4Of(groups[6] ?? 0, groups[7] ?? 0)
  const prefix = groups.slice(0, 4).map((group) => group.toString(16))
  return `${prefix.join(':')}::/64`
}

function expand(canonical: string): number[] {
  const [head = '', tail] = canonical.split('::')
  const left = head ? head.split(':') : []
  const right = tail ? tail.split(':') : []
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length
  return [...left, ...Array<string>(zeros).fill('0'), ...right].map((group) =>
    Number.parseInt(group, 16),
  )
}

/** An IPv4 client that arrives as ::ffff:a.b.c.d is the same client. */
function ipv4Of(high: number, low: number): string {
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}
