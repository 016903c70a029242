import {
  createExecutionContext,
  createScheduledController,
  waitOnExecutionContext,
} from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import worker from '../../src/index.ts'
import { ageRecovery, row } from '../support/database.ts'
import { pendingRecovery } from './recoveries.ts'

const kept = (email: string) =>
  row<{ hash: string | null }>(
    'select r.hash, r.pepper_id from recoveries r join users u on u.id = r.user_id where u.email = $1',
    [email],
  )

it('the password of a recovery that came too late is not kept', async () => {
  const [late, waiting] = [await pendingRecovery(), await pendingRecovery()]
  await ageRecovery(late.email, 9 * 24 * 3_600)
  const execution = createExecutionContext()
  worker.scheduled(createScheduledController(), env as Env, execution)
  await waitOnExecutionContext(execution)
  expect(await kept(late.email)).toEqual({ hash: null, pepper_id: null })
  expect((await kept(waiting.email)).hash).not.toBeNull()
})
