import { describe, expect, it } from 'vitest'
import { password } from '../support/client.ts'
import { preparedSignIn } from '../support/prepared.ts'
import { newTenant } from '../support/tenant.ts'
import { json, serviceWith } from './service.ts'

interface Point {
  indexes: string[]
  blobs: string[]
  doubles: number[]
}

function counted() {
  const points: Point[] = []
  const service = serviceWith({
    ANALYTICS: { writeDataPoint: (point: Point) => points.push(point) },
  })
  return { points, service }
}

describe('a request is counted', () => {
  it('by its route, status and cost', async () => {
    const { email } = await preparedSignIn()
    const { points, service } = counted()
    const answer = await service('/api/v1/auth/login', json({ email, password }))
    expect(answer.status).toBe(200)
    expect(points).toHaveLength(1)
    const [{ indexes, blobs, doubles }] = points as [Point]
    const tenant = '00000000-0000-7000-8000-000000000001'
    expect(indexes).toEqual([tenant])
    expect(blobs).toEqual(['/api/v1/auth/login', 'POST', '2xx', '', tenant])
    const timing = answer.headers.get('Server-Timing') ?? ''
    const trips = Number(/db;desc="(\d+)"/.exec(timing)?.[1])
    expect(trips).toBeGreaterThan(0)
    expect(doubles).toHaveLength(7)
    expect(doubles[0]).toBeGreaterThanOrEqual(0)
    expect([doubles[1], doubles[5], doubles[6]]).toEqual([trips, 1, 200])
  })

  it('without who it came from, and what they wrote', async () => {
    const { email, session_id, access_token } = await preparedSignIn()
    const { points, service } = counted()
    const Authorization = `Bearer ${access_token}`
    const headers = { Authorization, 'CF-Connecting-IP': '203.0.113.77', 'User-Agent': 'agent-x' }
    await service('/api/v1/auth/login', json({ email, password: 'a wrong one 77' }))
    await service(`/api/v1/auth/sessions/${session_id}?q=query-x`, { method: 'DELETE', headers })
    await service(`/no/${email}`, { headers })
    await service('/api/v1/auth/me', { method: 'PROPFIND', headers })
    const text = JSON.stringify(points)
    for (const word of [email, session_id, '203.0.113.77', 'agent-x', 'query-x', access_token]) {
      expect(text).not.toContain(word)
    }
    expect(points.map(({ blobs }) => blobs.slice(0, 4))).toEqual([
      ['/api/v1/auth/login', 'POST', '4xx', 'INVALID_CREDENTIALS'],
      ['/api/v1/auth/sessions/:id', 'DELETE', '2xx', ''],
      ['none', 'GET', '4xx', 'NOT_FOUND'],
      ['none', 'OTHER', '4xx', 'METHOD_NOT_ALLOWED'],
    ])
  })

  it('for its tenant', async () => {
    const { id, headers } = await newTenant()
    const { points, service } = counted()
    await service('/api/v1/auth/me', { headers })
    expect(points.map(({ indexes, blobs }) => [...indexes, blobs[3]])).toEqual([
      [id, 'TOKEN_INVALID'],
    ])
  })
})

it('that cannot be counted is answered all the same', async () => {
  const broken = serviceWith({
    ANALYTICS: {
      writeDataPoint() {
        throw new Error('full')
      },
    },
  })
  expect((await broken('/healthz')).status).toBe(200)
  expect((await serviceWith({ ANALYTICS: undefined })('/healthz')).status).toBe(200)
})
