import {
  createExecutionContext,
  createScheduledController,
  waitOnExecutionContext,
} from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import worker from '../../src/index.ts'
import { sweep as policy } from '../../src/policy.ts'
import { rows } from '../support/database.ts'
import { preparedSignIn } from '../support/prepared.ts'

const hour = 3_600

async function sessionOver(seconds: number): Promise<string> {
  const { session_id } = await preparedSignIn()
  await rows('update sessions set expires_at = now() - make_interval(secs => $2) where id = $1', [
    session_id,
    seconds,
  ])
  return session_id
}

it('a session is a record for thirty days after its end, to the hour', async () => {
  const kept = await sessionOver(policy.keepDead - hour)
  const gone = await sessionOver(policy.keepDead + hour)
  const live = (await preparedSignIn()).session_id
  const execution = createExecutionContext()
  worker.scheduled(createScheduledController(), env as Env, execution)
  await waitOnExecutionContext(execution)
  const left = await rows<{ id: string }>('select id from sessions where id = any($1::uuid[])', [
    [kept, gone, live],
  ])
  expect(left.map(({ id }) => id).sort()).toEqual([kept, live].sort())
})
