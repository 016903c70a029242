import { describe, expect, it } from 'vitest'
import { call } from '../support/client.ts'
import { oneValue, recorded } from '../support/database.ts'
import { password, passwordNumber, refresh, resetToken, signIn } from '../support/people.ts'
import { site } from '../support/site.ts'
import { startLine, tally, together } from '../support/together.ts'
import { changePassword, expectAlive, expectDead, newOwner, revokeAmidst } from './authority.ts'

describe('against sign-ins and refreshes at the same moment', () => {
  it('signing out everywhere leaves nothing alive', async () => {
    const owner = await newOwner()
    await revokeAmidst(owner, () => signOutEverywhere(owner.acting.access_token, {}))
    await expectDead([owner.acting])
    expect(await signIn(owner.email)).toMatchObject({ status: 200 })
  })

  it('signing out everywhere else leaves one session alive', async () => {
    const owner = await newOwner()
    await revokeAmidst(owner, () =>
      signOutEverywhere(owner.acting.access_token, { except_current: true }),
    )
    await expectAlive(owner.acting)
  })

  it('a changed password leaves only the session that changed it alive', async () => {
    const owner = await newOwner()
    const next = passwordNumber(1)
    await revokeAmidst(owner, () => changePassword(owner.acting, password, next))
    await expectAlive(owner.acting)
    expect(await signIn(owner.email)).toMatchObject({ code: 'INVALID_CREDENTIALS' })
    expect(await signIn(owner.email, { password: next })).toMatchObject({ status: 200 })
  })

  it('a reset password leaves nothing alive', async () => {
    const owner = await newOwner()
    const token = await resetToken(owner.email)
    const body = { token, password: passwordNumber(1) }
    await revokeAmidst(owner, () => call(site().workers[1], '/api/v1/auth/reset-password', body))
    await expectDead([owner.acting])
    expect(await signIn(owner.email)).toMatchObject({ code: 'INVALID_CREDENTIALS' })
  })

  it('a disabled account has nothing alive', async () => {
    const owner = await newOwner()
    await revokeAmidst(owner, async () => {
      await site().database.query(
        `update users set status = 'disabled', authority_version = authority_version + 1,
          authority_changed_at = now() where email = $1`,
        [owner.email],
      )
      return undefined
    })
    await expectDead([owner.acting])
    expect(await signIn(owner.email)).toMatchObject({ code: 'ACCOUNT_DISABLED' })
  })
})

describe('two changed passwords', () => {
  it('at the same moment, each by another Worker, leave one in effect', async () => {
    const { email, acting, others } = await newOwner()
    const sessions = [acting, others[0] ?? acting]
    const line = await startLine('select from users where email = $1 for update', email)
    const race = together(2, (worker, index) =>
      changePassword(sessions[index] ?? acting, password, passwordNumber(index), worker),
    )
    await line.queued(2)
    await line.release()
    const answers = await race

    expect(tally(answers)).toEqual({ 204: 1, '401 TOKEN_INVALID': 1 })
    const won = answers.findIndex(({ status }) => status === 204)
    expect(await recorded('password.changed', email)).toBe(1)
    expect(await versionOf(email)).toBe(2)
    expect(await signIn(email, { password: passwordNumber(won) })).toMatchObject({ status: 200 })
    expect(await signIn(email, { password: passwordNumber(1 - won) })).toMatchObject({
      status: 401,
    })
  })

  it('of one session at the same moment leave one in effect and the session alive', async () => {
    const { email, acting } = await newOwner()
    const line = await startLine('select from users where email = $1 for update', email)
    const race = together(4, (worker, index) =>
      changePassword(acting, password, passwordNumber(index), worker),
    )
    await line.queued(4)
    await line.release()

    expect(tally(await race)[204]).toBe(1)
    expect(await recorded('password.changed', email)).toBe(1)
    expect(await versionOf(email)).toBe(2)
    await expectAlive(acting)
  })
})

describe('the session that changes the password', () => {
  it('is refreshed meanwhile without being signed out', async () => {
    const { acting } = await newOwner()
    const line = await startLine('select from sessions where id = $1 for update', acting.session_id)
    const changed = changePassword(acting, password, passwordNumber(1))
    await line.queued(1)
    const race = together(10, (worker) => refresh(acting.refresh_token, worker))
    await line.queued(11)
    await line.release()

    expect((await changed).status).toBe(204)
    expect(tally(await race)).toEqual({ 200: 10 })
  })
})

function signOutEverywhere(token: string, body: object) {
  return call(site().workers[0], '/api/v1/auth/logout-all', body, { token })
}

function versionOf(email: string): Promise<number> {
  return oneValue('select authority_version from users where email = $1', email)
}
