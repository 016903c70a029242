import type { Answer } from 'gatehouse-client'
import type { client } from '../../client.ts'

export type Endpoint = Answer<'GET /api/v1/admin/webhooks'>['webhooks'][number]
export type Subscription = Parameters<typeof client.webhooks.create>[0]['events'][number]
