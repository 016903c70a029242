import { createHash } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import { ageOutbox, oneValue, recorded } from '../support/database.ts'
import { finish, newProtected, pendingOf } from '../support/factors.ts'
import { awaitMails, breakDatabase } from '../support/outside.ts'
import { me, password, refresh, signIn } from '../support/people.ts'
import { ownSite, site } from '../support/site.ts'
import { type Cast, deedsOf, newCast, newPassword } from './cast.ts'
import { effects } from './late.ts'

/** As often as a statement is sent. */
const tries = 3

describe('an answer that is lost after the commit', () => {
  let cast: Cast
  let deeds: ReturnType<typeof deedsOf>

  beforeEach(async () => {
    cast = await newCast()
    deeds = deedsOf(cast)
  })

  it('of a refresh: the Worker asks again and gets the same successor', async () => {
    await lose(1)
    const { status, body } = await refresh(cast.signedIn.refresh_token)
    expect(status).toBe(200)
    expect(await successorOf(cast.signedIn.session_id)).toEqual([2, hashOf(body.refresh_token)])
  })

  it('of every try of a refresh: the client asks again and gets the same successor', async () => {
    await lose(tries)
    expect(await deeds.refresh()).toMatchObject({ status: 503, code: 'UNAVAILABLE' })
    await ownSite().heal()
    const { status, body } = await refresh(cast.signedIn.refresh_token, site().workers[1])
    expect(status).toBe(200)
    expect(await successorOf(cast.signedIn.session_id)).toEqual([2, hashOf(body.refresh_token)])
    expect(await recorded('session.refresh_reused', cast.signedIn.email)).toBe(0)
  })

  it('of a sign-in: there is one session, one device and one line in the trail', async () => {
    await lose(2)
    const headers = { 'X-Install-Id': crypto.randomUUID() }
    const { status, body } = await signIn(cast.signingIn, { headers })
    expect(status).toBe(200)
    expect(await rowsOf('sessions', cast.signingIn)).toBe(1)
    expect(await rowsOf('devices', cast.signingIn)).toBe(1)
    expect(await recorded('session.opened', cast.signingIn)).toBe(1)
    expect(await me(body.access_token)).toMatchObject({ status: 200 })
  })

  it('of a second factor: the client is asked to begin anew, and nothing says that the code was wrong', async () => {
    const { email, backupCodes } = await newProtected()
    const pending = await pendingOf(email)
    await lose(1)
    expect(await finish(pending, 'backup_code', backupCodes[0])).toMatchObject({
      status: 503,
      code: 'UNAVAILABLE',
    })
    expect(await recorded('mfa.refused', email)).toBe(0)
    const again = await finish(await pendingOf(email), 'backup_code', backupCodes[1])
    expect(again.status).toBe(200)
  })

  it('of a registration: asking again keeps one account, and no mail is lost', async () => {
    await lose(1)
    expect(await deeds.register()).toMatchObject({ status: 503 })
    expect(await deeds.register()).toMatchObject({ status: 202 })
    expect(await oneValue(`select count(*)::int from users where email = $1`, cast.newcomer)).toBe(
      1,
    )
    await ageOutbox(cast.newcomer)
    await site().workers[1].sweep()
    await awaitMails(cast.newcomer, 2)
  })

  it('of a proof: the account is whole, and asking again is refused cleanly', async () => {
    await lose(1)
    expect(await deeds.verify()).toMatchObject({ status: 503 })
    expect(await deeds.verify()).toMatchObject({ status: 400, code: 'TOKEN_INVALID' })
    expect(await rowsOf('consents', cast.pending.email)).toBe(2)
    expect(await recorded('account.verified', cast.pending.email)).toBe(1)
    expect(await signIn(cast.pending.email)).toMatchObject({ status: 200 })
  })

  it('of a reset: the new password holds, and asking again is refused cleanly', async () => {
    const { email } = cast.resetting
    await lose(1)
    expect(await deeds.reset()).toMatchObject({ status: 503 })
    expect(await deeds.reset()).toMatchObject({ status: 400, code: 'TOKEN_INVALID' })
    expect(await recorded('password.reset', email)).toBe(1)
    expect(await signIn(email, { password: newPassword })).toMatchObject({ status: 200 })
    expect(await signIn(email, { password })).toMatchObject({ status: 401 })
    await ageOutbox(email)
    await site().workers[1].sweep()
    await awaitMails(email, 2)
  })

  it('of a change: the new password holds, the session lives, asking again is refused cleanly', async () => {
    const { email, access_token } = cast.changing
    await lose(1)
    expect(await deeds.change()).toMatchObject({ status: 503 })
    expect(await deeds.change()).toMatchObject({ status: 400, code: 'CURRENT_PASSWORD_INVALID' })
    expect(await recorded('password.changed', email)).toBe(1)
    expect(await me(access_token)).toMatchObject({ status: 200 })
    expect(await signIn(email, { password: newPassword })).toMatchObject({ status: 200 })
    expect(await signIn(email, { password })).toMatchObject({ status: 401 })
  })

  it('of signing out, here or everywhere: the session is over whatever the client heard', async () => {
    await lose(1)
    expect(await deeds.logout()).toMatchObject({ status: 204 })
    await lose(1)
    expect(await deeds.logoutAll()).toMatchObject({ status: 503 })
    expect(await deeds.logoutAll()).toMatchObject({ status: 401 })
    expect(await me(cast.leaving.access_token)).toMatchObject({ status: 401 })
    expect(await me(cast.leavingAll.access_token)).toMatchObject({ status: 401 })
    expect(await recorded('session.ended', cast.leaving.email)).toBe(1)
    expect(await recorded('session.all_ended', cast.leavingAll.email)).toBe(1)
  })
})

function lose(answers: number): Promise<void> {
  return breakDatabase({ loseAnswers: answers, match: effects })
}

/** Generation and hash of the live refresh token, as they are stored. */
async function successorOf(sessionId: string): Promise<[number, string]> {
  const { rows } = await site().database.query(
    `select refresh_generation, encode(refresh_hash, 'hex') as hash from sessions where id = $1`,
    [sessionId],
  )
  return [rows[0].refresh_generation, rows[0].hash]
}

/** What is stored of a refresh token: the SHA-256 of its last 256 bits. */
function hashOf(token: string): string {
  const body = Buffer.from(token.slice('ghr_'.length), 'base64url')
  return createHash('sha256').update(body.subarray(-32)).digest('hex')
}

function rowsOf(table: 'sessions' | 'devices' | 'consents', email: string): Promise<number> {
  return oneValue(
    `select count(*)::int from ${table} t join users u on u.id = t.user_id where u.email = $1`,
    email,
  )
}
