import { setTimeout as sleep } from 'node:timers/promises'
import { decodeBase32IgnorePadding } from '@oslojs/encoding'
import { generateHOTP } from '@oslojs/otp'
import { expect } from 'vitest'
import { totp } from '../../../src/policy.ts'
import { type Key, newKey, type Options } from '../../support/key.ts'
import { type Answer, call } from './client.ts'
import { type Person, signIn, type Tokens } from './people.ts'
import { preparedPerson } from './prepared.ts'
import { site } from './site.ts'
import type { TestWorker } from './worker.ts'

const auth = '/api/v1/auth'

export interface Setup {
  secret: string
  provisioning_uri: string
}

export interface Protected extends Person {
  setup: Setup
  backupCodes: string[]
}

const stepMs = totp.period * 1_000

/** What an authenticator app counts. */
export function stepNow(): number {
  return Math.floor(Date.now() / stepMs)
}

/** Waits for the next step where this one is soon over: the code of the step before is taken no longer than this one lasts. */
export async function outlastingStep(): Promise<void> {
  const left = stepMs - (Date.now() % stepMs)
  if (left < stepMs / 2) await sleep(left)
}

/** An authenticator app: its code of this moment, or of another step. It is good for a step more, should that end now. */
export function appCode({ secret }: Setup, step = stepNow()): string {
  return generateHOTP(decodeBase32IgnorePadding(secret), BigInt(step), 6)
}

/** A person with an authenticator app. The code of this moment is not used up. */
export async function newProtected(): Promise<Protected> {
  return protect(await preparedPerson())
}

/** The same for somebody who is there. */
export async function protect(person: Person): Promise<Protected> {
  const [worker] = site().workers
  const { access_token: token } = person
  const type = 'totp'
  const { body: setup } = await call<Setup>(worker, `${auth}/mfa/enable`, { type }, { token })
  const code = appCode(setup)
  const { status, body } = await call<{ backup_codes: string[] }>(
    worker,
    `${auth}/mfa/confirm`,
    { type, code },
    { token },
  )
  expect(status).toBe(200)
  await unshow(person.email)
  return { ...person, setup, backupCodes: body.backup_codes }
}

/** As if the code of this moment had not been shown yet: nobody has to wait for the next one. */
export async function unshow(email: string): Promise<void> {
  await site().database.query(
    `update factors set last_step = last_step - 1
      where last_step > 0 and user_id in (select id from users where email = $1)`,
    [email],
  )
}

export async function pendingOf(email: string): Promise<string> {
  const { body } = await signIn(email)
  return (body as unknown as { mfa_token: string }).mfa_token
}

export function finish(
  mfa_token: string,
  type: string,
  code: string | undefined,
  worker: TestWorker = site().workers[0],
): Promise<Answer<Tokens>> {
  return call<Tokens>(worker, `${auth}/mfa/verify`, { mfa_token, type, code })
}

/** Binds a new key to the account of a session; answers its id too. */
export async function addKey(token: string): Promise<{ key: Key; id: string }> {
  const [worker] = site().workers
  const asked = { kind: 'passkey' }
  const { body: options } = await call<Options>(
    worker,
    `${auth}/webauthn/register/options`,
    asked,
    { token },
  )
  const key = await newKey()
  const credential = await key.create(options)
  const { status, body } = await call<{ id: string }>(
    worker,
    `${auth}/webauthn/register/verify`,
    { credential },
    { token },
  )
  expect(status).toBe(201)
  return { key, id: body.id }
}

/** The request that answers a new challenge without a name. */
export async function assertion(
  key: Key,
  headers: Record<string, string> = {},
): Promise<{ challenge_id: string; credential: unknown }> {
  const { body: options } = await call<Options>(
    site().workers[0],
    `${auth}/webauthn/login/options`,
    {},
    { headers },
  )
  return { challenge_id: options.challenge_id, credential: await key.get(options) }
}
