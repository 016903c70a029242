import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { call, randomEmail } from '../support/client.ts'
import { awaitMails, breakNeighbour, mailsTo, until } from '../support/outside.ts'
import {
  codeIn,
  freshPassword,
  me,
  newPending,
  password,
  refresh,
  register,
  resetToken,
  signIn,
  type Tokens,
  tokenIn,
  verify,
} from '../support/people.ts'
import { exchange, googleToken, newPerson, throughGoogle } from '../support/providers.ts'
import { site } from '../support/site.ts'
import { useFactors } from './factors.ts'
import { useTenant } from './tenant.ts'

/** A secret and what it is, so that a find names what was found. */
export interface Issued {
  what: string
  text: string
}

export interface Run {
  secrets: Issued[]
  /** Six digits meet by chance: they are looked for in fewer places. */
  codes: string[]
  /** A word that every store of text is given, to prove that the search finds what is there. */
  marker: string
}

const origin = 'http://localhost:8787'

/** Lets people use every route that takes or gives a secret, and keeps a note of all secrets. */
export async function useEverything(): Promise<Run> {
  const run: Run = { secrets: [], codes: [], marker: `marker-${randomUUID()}` }
  const note = (what: string, text: string) => {
    expect(text.length, what).toBeGreaterThan(7)
    run.secrets.push({ what, text })
    return text
  }
  const fresh = () => note('password', freshPassword())
  note('password', password)

  const first = fresh()
  const pending = await newPending({ password: first })
  note('verification token', pending.token)
  run.codes.push(pending.code)
  await verify({ email: pending.email, code: '000000' })
  await verify({ token: `${note('foreign token', `ghv_${randomUUID()}`)}` })
  expect(await verify({ token: pending.token })).toMatchObject({ status: 200 })

  const session = await signInAs(pending.email, first, note, run.marker)
  await signIn(pending.email, { password: note('wrong password', `wrong ${randomUUID()}`) })
  const second = fresh()
  const changed = await call(
    site().workers[1],
    '/api/v1/auth/change-password',
    { current_password: first, new_password: second },
    { method: 'PUT', token: session.access_token },
  )
  expect(changed.status).toBe(204)
  const third = fresh()
  const reset = note('reset token', await resetToken(pending.email))
  const body = { token: reset, password: third }
  const answer = await call(site().workers[0], '/api/v1/auth/reset-password', body)
  expect(answer.status).toBe(200)
  await useCookies(pending.email, third, note)
  await reuse(pending.email, third, note)
  await useCodes(run, note)
  await useProvider(note)
  await useFactors(run, note)
  await useTenant(run, note)
  await leaveWaiting(run, note)
  return run
}

type Note = (what: string, text: string) => string

async function signInAs(email: string, secret: string, note: Note, marker: string) {
  const install = note('install id', randomUUID())
  const headers = { 'X-Install-Id': install, 'User-Agent': marker, 'X-Request-Id': marker }
  const { body } = await signIn(email, { password: secret, headers })
  noteTokens(body, note)
  const next = (await refresh(body.refresh_token, site().workers[1])).body
  noteTokens(next, note)
  expect(await me(next.access_token)).toMatchObject({ status: 200 })
  // A refusal, whose line in the log carries the id of the request.
  await call(site().workers[0], '/api/v1/auth/me', undefined, {
    headers: { 'X-Request-Id': marker },
  })
  return next
}

/** The cookies of a browser: refresh token and device. */
async function useCookies(email: string, secret: string, note: Note): Promise<void> {
  const headers = { 'X-Token-Transport': 'cookie', Origin: origin }
  const { status, headers: answered, body } = await signIn(email, { password: secret, headers })
  expect(status).toBe(200)
  note('access token', body.access_token)
  const values = answered.getSetCookie().map((cookie) => /=([^;]+)/.exec(cookie)?.[1] ?? '')
  expect(values).toHaveLength(2)
  for (const value of values) note('cookie', value)
}

/** Codes and links that sign in. */
async function useCodes(run: Run, note: Note): Promise<void> {
  const [worker] = site().workers
  const addresses = [randomEmail(), `+88018${String(Date.now()).slice(-8)}`]
  for (const destination of addresses) {
    const type = destination.includes('@') ? 'email' : 'phone'
    const sent = await call<{ challenge_id: string }>(worker, '/api/v1/auth/otp/send', {
      destination,
      type,
    })
    const challenge_id = note('challenge', sent.body.challenge_id)
    const code = codeIn((await awaitMails(destination))[0])
    run.codes.push(code)
    const answer = await call<Tokens>(worker, '/api/v1/auth/otp/verify', { challenge_id, code })
    expect(answer.status).toBe(200)
    noteTokens(answer.body, note)
  }
  const email = randomEmail()
  const headers = { 'X-Token-Transport': 'cookie', Origin: origin }
  const asked = await call<{ confirmation_code: string }>(
    worker,
    '/api/v1/auth/magic-link',
    { email },
    { headers },
  )
  run.codes.push(asked.body.confirmation_code)
  note('asker', /__Host-asker=([^;]+)/.exec(asked.headers.get('Set-Cookie') ?? '')?.[1] ?? '')
  const token = note('sign-in link', tokenIn((await awaitMails(email))[0]))
  const confirmation_code = asked.body.confirmation_code
  const body = { token, confirmation_code }
  const answer = await call<Tokens>(worker, '/api/v1/auth/magic-link/verify', body)
  expect(answer.status).toBe(200)
  noteTokens(answer.body, note)
}

/** A family that ends because an old token was shown again. */
async function reuse(email: string, secret: string, note: Note): Promise<void> {
  const { body } = await signIn(email, { password: secret })
  noteTokens(body, note)
  let token = body.refresh_token
  for (let step = 0; step < 2; step += 1) {
    const next = (await refresh(token)).body
    noteTokens(next, note)
    token = next.refresh_token
  }
  expect(await refresh(body.refresh_token)).toMatchObject({ code: 'REFRESH_REUSED' })
}

/** A sign-in by a provider, with what passes through the browser on the way. */
async function useProvider(note: Note): Promise<void> {
  const person = newPerson()
  const landed = await throughGoogle(person)
  note('exchange code', landed.code)
  note('verifier of the app', landed.verifier)
  note('transaction', landed.cookie)
  // State and code of the provider stand in the address by protocol (RFC 6749 §4.1.2): the platform sees them, spent.
  const { status, body } = await exchange(landed)
  expect(status).toBe(200)
  noteTokens(body, note)
  const token = await googleToken(person)
  note('nonce', token.nonce)
  note('ID token', token.id_token)
  const answer = await call<Tokens>(site().workers[1], '/api/v1/auth/social/google', token)
  expect(answer.status).toBe(200)
  noteTokens(answer.body, note)
}

/** Letters that are still to be sent, with their links and codes: made, then read when the mail service is back. */
async function leaveWaiting(run: Run, note: Note): Promise<void> {
  const { email } = await newPending({ password: note('password', freshPassword()) })
  await breakNeighbour({ channel: 'email', status: 500 })
  await register(email, { password: note('password', freshPassword()) })
  const [mail] = await awaitMails(email)
  note('verification token', tokenIn(mail))
  run.codes.push(codeIn(mail))
  expect(await mailsTo(email)).toHaveLength(1)
  await until('a sealed letter', async () => {
    const { rows } = await site().database.query('select from outbox where sealed is not null')
    return rows.length > 0 || undefined
  })
}

function noteTokens(tokens: Tokens, note: Note): void {
  note('access token', tokens.access_token)
  note('refresh token', tokens.refresh_token)
}
