export interface RequestOptions {
  body?: unknown
  token?: string
  headers?: Record<string, string>
}

/** The text of one HTTP request, from the next address. */
export function request(path: string, { body, token, headers = {} }: RequestOptions = {}): string {
  const payload = body === undefined ? '' : JSON.stringify(body)
  const fields = {
    Host: 'localhost',
    'CF-Connecting-IP': nextAddress(),
    ...(token ? { Authorization: `Bearer ${token}` } : {}),
    ...(payload
      ? { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(payload) }
      : {}),
    ...headers,
  }
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`)
  return `${payload ? 'POST' : 'GET'} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${payload}`
}

const addresses = 4_096
let next = 0

/** So many take turns that none comes to its limit, and so few that to count them costs no more as time goes on. */
export function nextAddress(): string {
  next = (next + 1) % addresses
  return `10.0.${next >> 8}.${next & 255}`
}
