import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { pagesPort } from '../../src/edge/pages.ts'
import { expectHouseHeaders } from './house-headers.ts'
import { expectProblem } from './problem-document.ts'
import { send } from './service.ts'

const reachable = (fetch: () => Promise<Response>) =>
  pagesPort({ fetch } as unknown as Fetcher).notFound()

describe('the page for an address that leads nowhere', () => {
  it('comes with the deployment, with its policy', async () => {
    const page = await pagesPort(env.ASSETS).notFound()
    expect(page?.headers.get('Content-Security-Policy')).toContain("script-src 'self'")
    const answer = await send('/nothing', { headers: { Accept: 'text/html' } })
    expect(answer.status).toBe(404)
    expect(answer.headers.get('Content-Type')).toContain('text/html')
    expect(answer.headers.get('Vary')).toContain('Accept')
    expectHouseHeaders(answer)
    for (const [name, value] of page?.headers ?? []) expect(answer.headers.get(name)).toBe(value)
    expect(answer.body.text).toContain('Page not found')
  })

  it.each([
    ['is missing', async () => new Response('not found', { status: 404 })],
    ['cannot be reached', () => Promise.reject(new Error('network'))],
  ])('gives way to the problem document when it %s', async (_, fetch) => {
    expect(await reachable(fetch)).toBeNull()
  })

  it.each([
    ['the API', '/api/v1/nothing', 'GET'],
    ['a method that reads nothing', '/nothing', 'POST'],
  ])('is not sent for %s', async (_, path, method) => {
    const headers = { Accept: 'text/html' }
    expectProblem(await send(path, { method, headers }), 404, 'NOT_FOUND')
  })
})
