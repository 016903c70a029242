import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { call, randomEmail } from '../support/client.ts'
import { appCode, finish, pendingOf, protect } from '../support/factors.ts'
import { awaitMails, mailsTo, until } from '../support/outside.ts'
import { codeIn, newPerson, tokenIn } from '../support/people.ts'
import { site } from '../support/site.ts'
import type { Run } from './issued.ts'

type Note = (what: string, text: string) => string

const api = '/api/v1'

/** What administrators are given and cause, and what an account changes of itself; used, and left waiting. */
export async function useTenant(run: Run, note: Note): Promise<void> {
  const token = await ownerToken(note)
  await useWebhook(token, note)
  await invite(token, note)
  await resetSomebody(token, note)
  await changeAccount(run, note)
}

async function ownerToken(note: Note): Promise<string> {
  const { email, setup } = await protect(await newPerson())
  await site().database.query(`update users set roles = '{member,owner}' where email = $1`, [email])
  const { status, body } = await finish(await pendingOf(email), 'totp', appCode(setup))
  expect(status).toBe(200)
  note('refresh token', body.refresh_token)
  return note('access token', body.access_token)
}

/** A secret that signs, and the one that takes its place. */
async function useWebhook(token: string, note: Note): Promise<void> {
  const [worker, other] = site().workers
  const url = `${site().variables.SES_ENDPOINT}/hooks/${randomUUID()}`
  const body = { url, events: ['*'] }
  const made = await call<{ id: string; secret: string }>(worker, `${api}/admin/webhooks`, body, {
    token,
  })
  expect(made.status).toBe(201)
  note('webhook secret', made.body.secret)
  const path = `${api}/admin/webhooks/${made.body.id}`
  const renewed = await call<{ secret: string }>(other, `${path}/rotate-secret`, {}, { token })
  expect(renewed.status).toBe(200)
  note('webhook secret', renewed.body.secret)
  expect((await call(worker, `${path}/test`, {}, { token })).status).toBeLessThan(300)
}

async function invite(token: string, note: Note): Promise<void> {
  const [worker, other] = site().workers
  for (const isTaken of [true, false]) {
    const email = randomEmail()
    const body = { email, role: 'member' }
    const sent = await call(worker, `${api}/tenants/default/invitations`, body, { token })
    expect(sent.status).toBe(201)
    const offer = note('invitation', tokenIn((await awaitMails(email))[0]))
    if (!isTaken) continue
    const taken = await call(other, `${api}/invitations/accept`, { token: offer })
    expect(taken.status).toBe(200)
  }
}

async function resetSomebody(token: string, note: Note): Promise<void> {
  const { email, user } = await newPerson()
  const path = `${api}/admin/users/${user.id}/password-reset`
  expect((await call(site().workers[1], path, {}, { token })).status).toBe(202)
  const mail = await until('the mail with the link', async () =>
    (await mailsTo(email)).find(({ text }) => text?.includes('/reset-password#')),
  )
  note('reset token', tokenIn(mail))
}

/** Another address, proven by its link; the way back left open; another number; and all that is kept, taken away. */
async function changeAccount(run: Run, note: Note): Promise<void> {
  const [worker, other] = site().workers
  const person = await newPerson()
  const { access_token: token } = person
  const exported = await call(worker, `${api}/auth/me/export`, undefined, { token })
  expect(exported.status).toBe(200)

  const phone_e164 = `+88019${String(Date.now()).slice(-8)}`
  const asked = await call<{ challenge_id: string }>(
    worker,
    `${api}/auth/me/phone`,
    { phone_e164 },
    { token },
  )
  expect(asked.status).toBe(202)
  const code = codeIn((await awaitMails(phone_e164))[0])
  run.codes.push(code)
  const shown = { challenge_id: note('challenge', asked.body.challenge_id), code }
  expect((await call(worker, `${api}/auth/me/phone/verify`, shown, { token })).status).toBe(200)

  const { access_token: fresh, email } = await newPerson()
  const next = randomEmail()
  const wish = await call(worker, `${api}/auth/me/email`, { email: next }, { token: fresh })
  expect(wish.status).toBe(202)
  const [notice] = await awaitMails(email, 2)
  note('undoing link', tokenIn(notice))
  const proof = note('link to a new address', tokenIn((await awaitMails(next))[0]))
  const proven = await call(other, `${api}/auth/me/email/verify`, { token: proof })
  expect(proven.status).toBe(200)
}
