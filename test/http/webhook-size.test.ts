import { expect, it } from 'vitest'
import { call } from '../support/client.ts'

const path = '/api/v1/webhooks/ses'
const headers = { 'Content-Type': 'text/plain; charset=UTF-8' }

it('takes deliveries beyond the limit of other bodies, up to 256 KiB', async () => {
  const within = await call(path, undefined, { raw: 'x'.repeat(200 * 1_024), headers })
  expect([within.status, within.body.code]).toEqual([400, 'WEBHOOK_INVALID'])
  const beyond = await call(path, undefined, { raw: 'x'.repeat(257 * 1_024), headers })
  expect([beyond.status, beyond.body.code]).toEqual([413, 'BODY_TOO_LARGE'])
})
