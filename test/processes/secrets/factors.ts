import { expect } from 'vitest'
import { call } from '../support/client.ts'
import { addKey, appCode, finish, pendingOf, protect } from '../support/factors.ts'
import { awaitMails, mailsTo, until } from '../support/outside.ts'
import { freshPassword, newAccount, newPerson, signIn, tokenIn } from '../support/people.ts'
import { site } from '../support/site.ts'
import type { Run } from './issued.ts'

type Note = (what: string, text: string) => string

const auth = '/api/v1/auth'

/** Second factors and all that is issued on the way to them, used and left waiting. */
export async function useFactors(run: Run, note: Note): Promise<void> {
  const person = await protect(await newPerson())
  const { email, setup, backupCodes } = person
  note('seed', setup.secret)
  note('provisioning URI', setup.provisioning_uri)
  for (const code of backupCodes) {
    note('backup code', code)
    note('backup code', code.replaceAll('-', ''))
    note('backup code', code.replaceAll('-', '').slice(4))
  }
  const code = appCode(setup)
  const token = note('mfa token', await pendingOf(email))
  expect((await finish(token, 'backup_code', '0000-0000-0000-0000-0000')).status).toBe(401)
  expect((await finish(token, 'totp', code)).status).toBe(200)
  run.codes.push(code)
  const left = note('mfa token', await pendingOf(email))
  expect((await finish(left, 'backup_code', backupCodes[0])).status).toBe(200)
  note('mfa token', await pendingOf(email))

  await beginSetup(note)
  await beginEnrolment(note)
  await takeBack(email, note)
}

/** A seed that waits in its Durable Object. */
async function beginSetup(note: Note): Promise<void> {
  const { access_token: token } = await newPerson()
  const body = { type: 'totp' }
  const setup = await call<{ secret: string }>(site().workers[1], `${auth}/mfa/enable`, body, {
    token,
  })
  note('seed', setup.body.secret)
}

async function beginEnrolment(note: Note): Promise<void> {
  const email = await newAccount()
  await site().database.query(`update users set roles = '{admin}' where email = $1`, [email])
  const { body } = await signIn(email)
  const { enrollment_token: token } = body as unknown as { enrollment_token: string }
  note('enrolment token', token)
  await addKey(token)
}

/** The links of a recovery that waits, and of a change that was taken back. */
async function takeBack(email: string, note: Note): Promise<void> {
  const mailedLink = (page: string) =>
    until(`the link to ${page}`, async () => {
      const mail = (await mailsTo(email)).find(({ text }) => text?.includes(`/${page}#token=`))
      return mail && tokenIn(mail)
    })
  await call(site().workers[0], `${auth}/recover`, { email })
  const link = note('recovery link', await mailedLink('recover'))
  const password = note('password', freshPassword())
  const wish = { token: link, new_password: password }
  const begun = await call(site().workers[0], `${auth}/recover/verify`, wish)
  expect(begun.status).toBe(202)
  note('cancelling link', await mailedLink('recover/cancel'))
  const denial = note('denying link', await mailedLink('recover/not-me'))
  const denied = await call(site().workers[1], `${auth}/recover/not-me`, { token: denial })
  expect(denied.status).toBe(200)
  const [newest] = await awaitMails(email, 5)
  note('recovery link', tokenIn(newest))
}
