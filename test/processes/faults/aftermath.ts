import { expect, it } from 'vitest'
import { oneValue, recorded } from '../support/database.ts'
import { me, refresh } from '../support/people.ts'
import { late } from './late.ts'

/** Imported last: the other tests fill the time until the slow statements are over. */
it('a slow database has done nothing twice when its last late statement is over', async () => {
  expect(late).toHaveLength(2)
  for (const { cast, refreshed, over } of late) {
    await over
    const accounts = 'select count(*)::int from users where email = $1'
    expect(await oneValue(accounts, cast.newcomer)).toBe(1)
    expect(await recorded('account.verified', cast.pending.email)).toBe(1)
    expect(await recorded('password.reset', cast.resetting.email)).toBe(1)
    expect(await recorded('password.changed', cast.changing.email)).toBe(1)
    expect(await me(cast.changing.access_token)).toMatchObject({ status: 200 })
    expect(await recorded('session.refresh_reused', cast.signedIn.email)).toBe(0)
    expect(await refresh(refreshed.refresh_token)).toMatchObject({ status: 200 })
  }
})
