import { expect } from 'vitest'
import type { Answer } from '../support/client.ts'

const always = {
  'X-Request-Id': expect.stringMatching(/^[\w=-]{1,64}$/),
  'Strict-Transport-Security': expect.stringMatching(/^max-age=\d{8,}; includeSubDomains/),
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'X-Frame-Options': 'DENY',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Content-Security-Policy': expect.stringMatching(/default-src 'none'.*frame-ancestors 'none'/),
  Server: null,
  'X-Powered-By': null,
}
const names = Object.keys(always)

/** What every answer carries (API.md §1 and §11), whether it serves or refuses. */
export function expectHouseHeaders({ headers }: Answer<unknown>): void {
  const found = names.map((name) => [name, headers.get(name)])
  expect(Object.fromEntries(found)).toEqual(always)
}

export function expectNotStored({ headers }: Answer<unknown>): void {
  expect(headers.get('Cache-Control')).toBe('no-store')
}
