import { describe, expect, it } from 'vitest'
import { codeOf as totpOf } from '../support/authenticator.ts'
import {
  type Answer,
  type CallOptions,
  call,
  codeIn,
  type Message,
  mails,
  password,
  signIn,
  tokenIn,
} from '../support/client.ts'
import { rows, setUser, trailEntries, userOf } from '../support/database.ts'
import { behind } from '../support/lock.ts'
import { registerOptions } from '../support/passkey.ts'
import { preparedUser } from '../support/prepared.ts'
import { codeOf } from '../support/problem.ts'

const auth = '/api/v1/auth'

interface Due {
  mfa_enrollment_required: true
  enrollment_token: string
  mailbox_proof_required: boolean
}

/** An administrator without a factor whose account has been there for days. */
async function newDue(): Promise<string> {
  const email = await preparedUser()
  await setUser(email, { roles: ['member', 'admin'] })
  await age(email, 'created_at, email_verified_at')
  return email
}

/** As if more than an hour had passed since. */
async function age(email: string, columns: string): Promise<void> {
  const aged = columns.split(', ').map((name) => `${name} = ${name} - interval '61 minutes'`)
  await rows(`update users set ${aged.join(', ')} where email = $1`, [email])
}

const due = ({ body }: Answer<unknown>) => body as Due

function begin(token: string, options: CallOptions = {}): Promise<Answer<{ secret: string }>> {
  return call(`${auth}/mfa/enable`, { type: 'totp' }, { ...options, token })
}

async function enrol(token: string): Promise<Answer> {
  const { body } = await begin(token)
  return call(`${auth}/mfa/confirm`, { type: 'totp', code: totpOf(body.secret) }, { token })
}

async function factorsOf(email: string): Promise<number> {
  const found = await rows(
    `select 1 from users u where u.email = $1 and (u.mfa_enabled or exists (select from factors where user_id = u.id)
      or exists (select from webauthn_credentials where user_id = u.id))`,
    [email],
  )
  return found.length
}

describe('a first factor that is due', () => {
  it('is not chosen by whoever knows the password alone', async () => {
    const email = await newDue()
    const signedIn = due(await signIn(email))
    expect(signedIn).toMatchObject({ mfa_enrollment_required: true, mailbox_proof_required: true })
    const token = signedIn.enrollment_token
    for (const answer of [
      await begin(token),
      await call(`${auth}/mfa/confirm`, { type: 'totp', code: '000000' }, { token }),
      await registerOptions(token, 'passkey'),
    ]) {
      expect([answer.status, codeOf(answer)]).toEqual([403, 'MAILBOX_PROOF_REQUIRED'])
    }
    expect(await factorsOf(email)).toBe(0)
  })

  it('is set up within the hour of the proof of the address', async () => {
    const email = await preparedUser()
    await setUser(email, { roles: ['member', 'admin'] })
    await age(email, 'created_at')
    const { enrollment_token, mailbox_proof_required } = due(await signIn(email))
    expect(mailbox_proof_required).toBe(false)
    expect((await enrol(enrollment_token)).status).toBe(200)
  })

  it('is not bound once the hour is over, whatever was begun in it', async () => {
    const email = await preparedUser()
    await setUser(email, { roles: ['member', 'admin'] })
    const { enrollment_token: token } = due(await signIn(email))
    const { body } = await begin(token)
    await age(email, 'created_at, email_verified_at')
    const code = totpOf(body.secret)
    const late = await call(`${auth}/mfa/confirm`, { type: 'totp', code }, { token })
    expect(codeOf(late)).toBe('MAILBOX_PROOF_REQUIRED')
    expect(await factorsOf(email)).toBe(0)
  })

  it('is not bound where the hour ends while the account is waited for', async () => {
    const email = await preparedUser()
    await setUser(email, { roles: ['member', 'admin'] })
    const { enrollment_token: token } = due(await signIn(email))
    const { body } = await begin(token)
    const late = `update users set created_at = created_at - interval '61 minutes',
      email_verified_at = email_verified_at - interval '61 minutes' where id = $1 returning id`
    const [answer] = await behind(late, (await userOf(email)).id, [
      () => call(`${auth}/mfa/confirm`, { type: 'totp', code: totpOf(body.secret) }, { token }),
    ])
    expect(answer?.status).toBeGreaterThanOrEqual(400)
    expect(await factorsOf(email)).toBe(0)
  })

  it('is set up after a new password by mail', async () => {
    const email = await newDue()
    await call(`${auth}/forgot-password`, { email })
    const mail = (await mails(email, 2)).find(({ text }) => text.includes('/reset-password'))
    const chosen = 'violet submarine orchard 7 teapot'
    const reset = { token: tokenIn(mail as Message), password: chosen }
    expect((await call(`${auth}/reset-password`, reset)).status).toBe(200)
    const signedIn = due(await call(`${auth}/login`, { email, password: chosen }))
    expect(signedIn.mailbox_proof_required).toBe(false)
    expect((await enrol(signedIn.enrollment_token)).status).toBe(200)
  })

  it('is set up by a sign-in that a mailed code began', async () => {
    const email = await newDue()
    const asked = { destination: email, type: 'email' }
    const { body } = await call<{ challenge_id: string }>(`${auth}/otp/send`, asked)
    const [mail] = (await mails(email, 2)) as [Message]
    const shown = { challenge_id: body.challenge_id, code: codeIn(mail) }
    const signedIn = due(await call(`${auth}/otp/verify`, shown))
    expect(signedIn.mailbox_proof_required).toBe(false)
    expect((await enrol(signedIn.enrollment_token)).status).toBe(200)
    expect(await trailEntries(email, 'mfa.factor_added')).toHaveLength(1)
  })

  it('is no longer the stranger’s who began with the password, when the owner has chosen it', async () => {
    const email = await newDue()
    const stranger = due(await call(`${auth}/login`, { email, password })).enrollment_token
    // The owner shows the mailbox: that says nothing about who asked before.
    await rows('update users set email_verified_at = now() where email = $1', [email])
    const owner = due(await signIn(email)).enrollment_token
    expect((await enrol(owner)).status).toBe(200)
    expect((await begin(stranger)).status).toBe(401)
  })
})
