import { env } from 'cloudflare:test'
import { type Administrator, act, newAdministrator } from '../support/administrator.ts'
import { row, rows } from '../support/database.ts'
import { newTenant } from '../support/tenant.ts'

export interface Hook {
  headers: Record<string, string>
  body: string
}

export interface Endpoint {
  id: string
  url: string
  events: string[]
  status: string
  failing_since: string | null
  previous_secret_until: string | null
  secret: string
  path: string
}

/** A place of its own at the local receiver. */
export function newPlace(query = ''): { url: string; path: string } {
  const path = `/hooks/${crypto.randomUUID()}`
  return { url: `${env.SES_ENDPOINT}${path}${query}`, path }
}

/** What came to a place, once there is so much of it; in the order of its arrival. */
export async function hooksAt(path: string, count = 1): Promise<Hook[]> {
  for (let tries = 0; tries < 1_000; tries += 1) {
    const answer = await fetch(`${env.SES_ENDPOINT}/api/hooks?path=${encodeURIComponent(path)}`)
    const found = (await answer.json()) as Hook[]
    if (found.length >= count) return found
    await scheduler.wait(50)
  }
  throw new Error(`fewer than ${count} webhooks at ${path}`)
}

export function eventOf(hook: Hook | undefined): { type: string; data: Record<string, unknown> } {
  return JSON.parse(hook?.body ?? '{}')
}

/** An owner of a new tenant with an endpoint. */
export async function newEndpoint(
  events: string[],
  query = '',
): Promise<{ owner: Administrator; endpoint: Endpoint }> {
  const owner = await newAdministrator(await newTenant(), 'owner')
  return { owner, endpoint: await addEndpoint(owner, events, query) }
}

export async function addEndpoint(
  owner: Administrator,
  events: string[],
  query = '',
): Promise<Endpoint> {
  const { url, path } = newPlace(query)
  const { body } = await act<Endpoint>(owner, 'POST', '/admin/webhooks', { url, events })
  return { ...body, path }
}

export interface DeliveryRow {
  event_id: string
  status: string
  attempts: number
  tries: { at: string; status: number | null; error: string | null; ms: number }[]
}

/** The deliveries of an endpoint, oldest first, once none of them waits for a first try. */
export async function deliveriesOf({ id }: { id: string }, count = 1): Promise<DeliveryRow[]> {
  for (let tries = 0; tries < 1_000; tries += 1) {
    const found = await rows<DeliveryRow>(
      'select * from webhook_deliveries where endpoint_id = $1 order by event_id',
      [id],
    )
    if (found.length >= count && found.every((each) => each.tries.length > 0)) return found
    await scheduler.wait(50)
  }
  throw new Error(`fewer than ${count} deliveries`)
}

/** As if the next try of what waits at an endpoint were due, and the endpoint might be asked. */
export async function makeDue({ id }: { id: string }): Promise<void> {
  await rows(
    "update webhook_deliveries set next_attempt_at = now() where endpoint_id = $1 and status = 'pending'",
    [id],
  )
  await row('update webhook_endpoints set resume_at = now() where id = $1 returning id', [id])
}

/** Nothing is sent to an endpoint until {@link makeDue}. */
export async function pause({ id }: { id: string }): Promise<void> {
  await row(
    "update webhook_endpoints set resume_at = now() + interval '1 hour' where id = $1 returning id",
    [id],
  )
}
