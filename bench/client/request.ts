export interface RequestOptions {
  body?: unknown
  token?: string
  headers?: Record<string, string>
}

/** The text of one HTTP request. Each comes from an address of its own, so that no limit by address is met. */
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

let addresses = 0

/** 16 million before one comes again. */
export function nextAddress(): string {
  addresses += 1
  return `10.${(addresses >> 16) & 255}.${(addresses >> 8) & 255}.${addresses & 255}`
}
