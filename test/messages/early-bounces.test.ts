import {
  createExecutionContext,
  createScheduledController,
  waitOnExecutionContext,
} from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { connect } from '../../src/database/connect.ts'
import worker from '../../src/index.ts'
import { takeFeedback } from '../../src/messages/bounces/take-feedback.ts'
import { earlyReport } from '../../src/policy.ts'
import { newMeter } from '../../src/ports.ts'
import { mails, newUser, randomEmail } from '../support/client.ts'
import { row, rows } from '../support/database.ts'

const config = { url: env.DATABASE_URL, endpoint: env.DATABASE_ENDPOINT }
const database = connect(config, newMeter(), { at: Number.MAX_SAFE_INTEGER })

function say(kind: 'bounce' | 'complaint', messageId: string, emailAddress: string): Promise<void> {
  const mail = { messageId }
  const event =
    kind === 'bounce'
      ? {
          eventType: 'Bounce',
          mail,
          bounce: { bounceType: 'Permanent', bouncedRecipients: [{ emailAddress }] },
        }
      : { eventType: 'Complaint', mail, complaint: { complainedRecipients: [{ emailAddress }] } }
  return takeFeedback({ database }, JSON.stringify(event))
}

async function sweep(): Promise<void> {
  const execution = createExecutionContext()
  worker.scheduled(createScheduledController(), env as Env, execution)
  await waitOnExecutionContext(execution)
}

const suppressed = (address: string) =>
  rows<{ reason: string }>('select reason from suppressions where address = $1', [address])
const kept = (id: string) =>
  rows<{ kind: string }>('select kind from mail_reports where message_id = $1 order by kind', [id])

/** A mail that SES has taken, and whose row does not know that yet. */
async function unmarked(): Promise<{ email: string; id: string; mark: () => Promise<unknown> }> {
  const email = await newUser()
  await mails(email)
  const id = `ses-${crypto.randomUUID()}`
  await row(
    `update outbox set status = 'pending', sent_at = null, provider_message_id = null,
       next_attempt_at = now() + interval '1 hour' where recipient = $1 returning id`,
    [email],
  )
  const mark = () =>
    row(
      `update outbox set status = 'sent', provider_message_id = $2 where recipient = $1 returning id`,
      [email, id],
    )
  return { email, id, mark }
}

it('a bounce before the row says that the mail was sent is heard by the next sweep', async () => {
  const { email, id, mark } = await unmarked()
  await say('bounce', id, email.toUpperCase())
  await say('bounce', id, email)
  expect(await suppressed(email)).toEqual([])
  await sweep()
  expect(await suppressed(email)).toEqual([])
  expect(await kept(id)).toEqual([{ kind: 'bounce' }])

  await mark()
  await sweep()
  expect(await suppressed(email)).toEqual([{ reason: 'bounce: unknown' }])
  expect(await row('select status from outbox where recipient = $1', [email])).toEqual({
    status: 'dead',
  })
  expect(await kept(id)).toEqual([])
})

it('a complaint does not hide the bounce of the same mail, nor the other way round', async () => {
  const { email, id, mark } = await unmarked()
  await say('complaint', id, email)
  await say('bounce', id, email)
  expect(await kept(id)).toEqual([{ kind: 'bounce' }, { kind: 'complaint' }])
  await mark()
  await sweep()
  expect(await suppressed(email)).toHaveLength(1)
  expect(await kept(id)).toEqual([])
})

it('what is said of somebody else’s mail closes no address, and is forgotten', async () => {
  const [email, id] = [randomEmail(), `ses-${crypto.randomUUID()}`]
  await say('bounce', id, email)
  await row(
    `update mail_reports set received_at = now() - make_interval(secs => $2) where message_id = $1 returning kind`,
    [id, earlyReport.life + 1],
  )
  await sweep()
  expect(await suppressed(email)).toEqual([])
  expect(await kept(id)).toEqual([])
})

it('what is said of a mail that is known is not kept', async () => {
  const { email, id, mark } = await unmarked()
  await mark()
  await say('bounce', id, email)
  expect(await suppressed(email)).toHaveLength(1)
  expect(await kept(id)).toEqual([])
})
