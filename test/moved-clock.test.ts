import { afterEach, expect, it, vi } from 'vitest'
import { call } from './support/client.ts'

afterEach(() => void vi.useRealTimers())

/** When the id of an answer was made, in milliseconds. */
async function timeOfId(): Promise<number> {
  const { headers } = await call('/healthz')
  const id = headers.get('X-Request-Id') ?? ''
  return Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)
}

it('a clock that was moved on and put back leaves no ids of the future behind', async () => {
  const tomorrow = Date.now() + 86_400_000
  vi.useFakeTimers({ toFake: ['Date'], now: tomorrow })
  expect(await timeOfId()).toBeGreaterThanOrEqual(tomorrow)

  vi.useRealTimers()
  expect(await timeOfId()).toBeLessThan(tomorrow)
})
