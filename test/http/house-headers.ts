import { expect } from 'vitest'
import type { Answer } from '../support/client.ts'

const always: Record<string, string | RegExp> = {
  'X-Request-Id': /^[\w=-]{1,64}$/,
  'Strict-Transport-Security': /^max-age=\d{8,}; includeSubDomains/,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'X-Frame-Options': 'DENY',
  'Content-Security-Policy': /default-src 'none'.*frame-ancestors 'none'/,
}

/** What every answer carries (API.md §1 and §11), whether it serves or refuses. */
export function expectHouseHeaders({ headers }: Answer<unknown>): void {
  for (const [name, value] of Object.entries(always)) {
    expect(headers.get(name), name).toEqual(
      typeof value === 'string' ? value : expect.stringMatching(value),
    )
  }
  expect(headers.has('Server')).toBe(false)
  expect(headers.has('X-Powered-By')).toBe(false)
}

export function expectNotStored({ headers }: Answer<unknown>): void {
  expect(headers.get('Cache-Control')).toBe('no-store')
}
