import { describe, expect, it } from 'vitest'
import { call, randomEmail } from '../support/client.ts'
import { oneValue } from '../support/database.ts'
import { countDatabaseRequests } from '../support/outside.ts'
import { me, newPending, password, registration, resetToken } from '../support/people.ts'
import { preparedPerson } from '../support/prepared.ts'
import { site } from '../support/site.ts'
import { startLine } from '../support/together.ts'

const places = 16

describe('a full hash queue', () => {
  it('refuses sign-ins with 503 and Retry-After before any work, and lets token checks by', async () => {
    const [worker] = site().workers
    const { email, access_token, session_id } = await preparedPerson()
    const token = await resetToken(email)
    const tokenHash = await oneValue<string>(
      `select encode(t.token_hash, 'hex') from one_time_tokens t join users u on u.id = t.user_id
        where u.email = $1 and t.purpose = 'reset_password'`,
      email,
    )
    const { email: waiting } = await newPending()
    // Registrations of one address wait for each other at its row, and keep their places meanwhile.
    const line = await startLine('select from users where email = $1 for update', waiting)
    const fillers = Array.from({ length: places }, () =>
      call(worker, '/api/v1/auth/register', registration(waiting)),
    )
    await line.queued(places)
    // Theirs alone: who waits at the row asks again after a while, and the tenant is read again when it is due.
    const [unknown, newcomer] = [randomEmail(), randomEmail()]
    const asked = await countDatabaseRequests([email, unknown, newcomer, tokenHash, session_id])

    const change = { current_password: password, new_password: `${password}!` }
    const refused = await Promise.all([
      call(worker, '/api/v1/auth/login', { email, password }),
      call(worker, '/api/v1/auth/login', { email: unknown, password }),
      call(worker, '/api/v1/auth/register', registration(newcomer)),
      call(worker, '/api/v1/auth/reset-password', { token, password: `${password}!` }),
      call(worker, '/api/v1/auth/change-password', change, { method: 'PUT', token: access_token }),
    ])
    expect(await asked()).toBe(0)
    for (const { status, code, headers } of refused) {
      expect([status, code]).toEqual([503, 'BUSY'])
      expect(Number(headers.get('Retry-After'))).toBeGreaterThan(0)
      expect(headers.get('Server-Timing')).toMatch(/db;desc="0".*do;desc="0".*hash;desc="0"/)
    }
    expect(await me(access_token)).toMatchObject({ status: 200 })
    expect(await asked()).toBeGreaterThan(0)

    await line.release()
    for (const filler of fillers) expect(await filler).toMatchObject({ status: 202 })
    expect(await call(worker, '/api/v1/auth/login', { email, password })).toMatchObject({
      status: 200,
    })
  })
})
