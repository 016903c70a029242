import { afterEach, expect, it, vi } from 'vitest'
import { log } from '../src/log.ts'

afterEach(() => vi.restoreAllMocks())

function logged(fields: Record<string, unknown>): Record<string, unknown> {
  const lines = vi.spyOn(console, 'info').mockImplementation(() => {})
  log('info', fields as unknown as Parameters<typeof log>[1])
  return JSON.parse(String(lines.mock.calls[0]?.[0]))
}

it('keeps the fields of its list', () => {
  const fields = { event: 'refused', status: 401, code: 'TOKEN_INVALID', tenant: 'id' }
  expect(logged(fields)).toEqual({ level: 'info', ...fields })
})

it('keeps nothing else, whatever the type was told', () => {
  const line = logged({
    event: 'refused',
    email: 'ann@example.com',
    password: 'secret',
    authorization: 'Bearer x',
    ip: '192.0.2.1',
    toString: 'x',
    __proto__: { status: 1 },
    constructor: 'x',
  })
  expect(line).toEqual({ level: 'info', event: 'refused' })
})

it('keeps no object under a name of its list, and no text without end', () => {
  const line = logged({
    event: 'refused',
    reason: { email: 'ann@example.com' },
    count: ['ann@example.com'],
    faults: 'x'.repeat(5_000),
  })
  expect(line).toEqual({ level: 'info', event: 'refused', faults: 'x'.repeat(1_000) })
})
