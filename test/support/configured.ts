import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import worker from '../../src/index.ts'
import { type Answer, origin, randomAddress } from './client.ts'

/** One request to the Worker as it would run with other variables. */
export async function callConfigured<T = Record<string, unknown>>(
  variables: Record<string, string>,
  path: string,
  body: unknown,
): Promise<Answer<T>> {
  const context = createExecutionContext()
  const request = new Request(`${origin}${path}`, {
    method: 'POST',
    headers: { 'CF-Connecting-IP': randomAddress(), 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })
  const response = await worker.fetch(request, { ...env, ...variables }, context)
  const answer = { status: response.status, headers: response.headers, body: await response.json() }
  await waitOnExecutionContext(context)
  return answer as Answer<T>
}
