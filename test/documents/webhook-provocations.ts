import { act, newAdministrator } from '../support/administrator.ts'
import type { Answer } from '../support/client.ts'
import { newTenant } from '../support/tenant.ts'
import { addEndpoint, newPlace } from '../webhooks/receiver.ts'

type Ask = () => Promise<Answer<unknown>>

const tenant = await newTenant()
const owner = await newAdministrator(tenant, 'owner')
const member = await newAdministrator(tenant, 'member')
const here = '/admin/webhooks'
const nobody = '01999999-9999-7999-8999-999999999999'
const good = { url: newPlace().url, events: ['session.opened'] }

/** What every route of one webhook answers: to who may, who may not, and for one that is not there. */
function guarded(method: string, path: string, body?: object): Ask[] {
  return [
    async () => act(owner, method, `${here}/${(await addEndpoint(owner, ['*'])).id}${path}`, body),
    () => act(member, method, `${here}/${nobody}${path}`, body),
    () => act(owner, method, `${here}/${nobody}${path}`, body),
  ]
}

async function oneTooMany(): Promise<Answer<unknown>> {
  const crowded = await newAdministrator(await newTenant(), 'owner')
  for (let more = 0; more < 10; more += 1) await addEndpoint(crowded, ['session.opened'])
  return act(crowded, 'POST', here, good)
}

async function replayed(): Promise<Answer<unknown>> {
  const fresh = await newAdministrator(await newTenant(), 'owner')
  const { id } = await addEndpoint(fresh, ['password.changed'])
  const { body } = await act<{ delivery_id: string }>(fresh, 'POST', `${here}/${id}/test`)
  return act(fresh, 'POST', `${here}/${id}/deliveries/${body.delivery_id}/replay`)
}

const replay = `/deliveries/${nobody}/replay`

export const webhookWays: Record<string, Ask[]> = {
  [`GET /api/v1${here}`]: [() => act(owner, 'GET', here), () => act(member, 'GET', here)],
  [`POST /api/v1${here}`]: [
    () => act(owner, 'POST', here, good),
    () => act(member, 'POST', here, good),
    () => act(owner, 'POST', here, { ...good, url: 'https://10.0.0.1/' }),
    oneTooMany,
  ],
  [`PATCH /api/v1${here}/{id}`]: guarded('PATCH', '', { description: 'x' }),
  [`DELETE /api/v1${here}/{id}`]: guarded('DELETE', ''),
  [`POST /api/v1${here}/{id}/rotate-secret`]: guarded('POST', '/rotate-secret'),
  [`POST /api/v1${here}/{id}/test`]: guarded('POST', '/test'),
  [`GET /api/v1${here}/{id}/deliveries`]: [
    ...guarded('GET', '/deliveries'),
    () => act(owner, 'GET', `${here}/${nobody}/deliveries?cursor=1`),
  ],
  [`POST /api/v1${here}/{id}/deliveries/{delivery}/replay`]: [
    replayed,
    ...guarded('POST', replay).slice(1),
  ],
}
