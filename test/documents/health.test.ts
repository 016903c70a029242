import { describe, expect, it } from 'vitest'
import type { SigningJwk } from '../../src/config.ts'
import { keys, strangersKey } from '../http/access-tokens.ts'
import { expectProblem } from '../http/problem-document.ts'
import { send, serviceWith, withoutDatabase } from '../http/service.ts'

const brokenKeys = [
  { PASSWORD_PEPPERS: '' },
  { PASSWORD_PEPPERS: undefined },
  { PASSWORD_PEPPERS: 'generate' },
  { REFRESH_KEYS: 'k1:dG9vLXNob3J0' },
  { CODE_KEYS: `k1:${'A'.repeat(43)}` },
  { JWT_KEYS: '{}' },
  { JWT_KEYS: 'generate' },
  { DATABASE_URL: '' },
  { DATABASE_URL: 'https://example.com' },
  { PUBLIC_URL: 'localhost' },
  { ENVIRONMENT: 'production' },
]

describe('/healthz', () => {
  it('says that the process runs, without asking anybody', async () => {
    const answer = await send('/healthz')
    expect(answer).toMatchObject({ status: 200, body: { status: 'ok' } })
    expect(answer.headers.get('Server-Timing')).toMatch(/^db;desc="0".*do;desc="0".*kv;desc="0"/)
    expect(answer.headers.get('Cache-Control')).toBe('no-store')
  })

  it.each([withoutDatabase, ...brokenKeys])('says so too with %j', async (variables) => {
    expect((await serviceWith(variables)('/healthz')).status).toBe(200)
  })
})

describe('/readyz', () => {
  it('says that keys and database are in order, by one query', async () => {
    const answer = await send('/readyz')
    expect(answer).toMatchObject({ status: 200, body: { status: 'ready' } })
    expect(answer.headers.get('Server-Timing')).toMatch(/^db;desc="1"/)
    expect(answer.headers.get('Cache-Control')).toBe('no-store')
  })

  it('is red where the database is away, and says when to ask again', async () => {
    const answer = await serviceWith(withoutDatabase)('/readyz')
    expectProblem(answer, 503, 'UNAVAILABLE')
    expect(answer.headers.get('Retry-After')).toMatch(/^[1-9]\d*$/)
  })

  it.each(brokenKeys)(
    'is red with %j, and names neither the setting nor its value',
    async (broken) => {
      const answer = await serviceWith(broken)('/readyz')
      expectProblem(answer, 503, 'MISCONFIGURED')
      expect(answer.headers.get('Retry-After')).toMatch(/^[1-9]\d*$/)
      const [[name = '', value]] = Object.entries(broken) as [[string, string | undefined]]
      expect(JSON.stringify(answer.body)).not.toContain(name)
      if (value && value.length > 12) expect(JSON.stringify(answer.body)).not.toContain(value)
    },
  )

  describe.each(['current', 'next', 'previous'])(
    'with two halves of different pairs as the %s key',
    (place) => {
      it('is red, and says when to ask again: what it signs nobody could verify', async () => {
        const [ours, theirs] = [await strangersKey(), await strangersKey()]
        // An id of its own: imported keys are remembered by it.
        const mixed: SigningJwk = { ...ours, d: theirs.d, kid: crypto.randomUUID() }
        const service = serviceWith({ JWT_KEYS: JSON.stringify({ ...keys, [place]: mixed }) })
        const answer = await service('/readyz')
        expectProblem(answer, 503, 'MISCONFIGURED')
        expect(JSON.stringify(answer.body)).not.toContain('JWT_KEYS')

        const whole = { ...mixed, d: ours.d, kid: crypto.randomUUID() }
        const mended = serviceWith({ JWT_KEYS: JSON.stringify({ ...keys, [place]: whole }) })
        expect((await mended('/readyz')).status).toBe(200)
      })
    },
  )
})
