import { describe, it } from 'vitest'
import { newAdministrator } from '../support/administrator.ts'
import { newTenant } from '../support/tenant.ts'
import { expectProblem } from './problem-document.ts'
import { serviceWith } from './service.ts'

const { access_token: token } = await newAdministrator(await newTenant(), 'owner')

/** In the same isolate: on its way to another one a body would only end early. */
const send = serviceWith({})

describe.each([
  ['/api/v1/auth/login', 'application/json'],
  ['/api/v1/admin/users/import', 'application/x-ndjson'],
  ['/api/v1/webhooks/ses', 'text/plain'],
  ['/api/v1/webhooks/aws-sms', 'text/plain'],
  ['/api/v1/webhooks/twilio', 'application/x-www-form-urlencoded'],
  ['/api/v1/webhooks/whatsapp', 'application/json'],
])('%s', (path, type) => {
  it.each([
    ['without a length', {}],
    ['of a length', { 'Content-Length': '100' }],
  ])('refuses a body %s that breaks off: no fault of ours', async (_, length) => {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('{"email":"'))
        controller.error(new Error('gone'))
      },
    })
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': type, ...length }
    const answer = await send(path, { method: 'POST', headers, body })
    expectProblem(answer, 400, 'MALFORMED_JSON')
  })
})
