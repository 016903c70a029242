import {
  cancel,
  complete,
  linkFor,
  pendingRecovery,
  protectedUser,
  verify,
} from '../recovery/recoveries.ts'
import { addTotp, codeOf } from '../support/authenticator.ts'
import { type Answer, call, mails, signIn, tokenIn } from '../support/client.ts'
import { ageRecovery, row, rows, setUser } from '../support/database.ts'
import { newKey } from '../support/key.ts'
import {
  loginOptions,
  loginVerify,
  newOwner,
  register,
  registerOptions,
  signInByKey,
} from '../support/passkey.ts'
import { preparedSignIn, preparedUser } from '../support/prepared.ts'

const auth = '/api/v1/auth'
const nobody = '01999999-9999-7999-8999-999999999999'
const browser = { 'X-Token-Transport': 'cookie', 'Sec-Fetch-Site': 'same-origin' }

type Ask = () => Promise<Answer<unknown>>

function post(path: string, body: unknown, token?: string): Promise<Answer<unknown>> {
  return call(`${auth}${path}`, body, token ? { token } : {})
}

function withToken(path: string, method: string, token: string, body?: unknown) {
  return call(`${auth}${path}`, body, { method, token })
}

function fromForeignSite(path: string): Promise<Answer<unknown>> {
  const headers = { 'X-Token-Transport': 'cookie', Origin: 'https://evil.example' }
  return call(`${auth}${path}`, {}, { headers })
}

async function fresh(): Promise<string> {
  return (await preparedSignIn()).access_token
}

/** A session that was opened before its account got a second factor. */
async function unproven(): Promise<string> {
  return (await protectedUser()).access_token
}

/** A session that a passkey has opened. */
async function proven(): Promise<string> {
  return (await newOwner()).access_token
}

async function pendingSignIn(): Promise<{ mfa_token: string; code: string | undefined }> {
  const { email, backupCodes } = await protectedUser()
  const { body } = await signIn(email)
  const { mfa_token } = body as unknown as { mfa_token: string }
  return { mfa_token, code: backupCodes[0] }
}

async function begunTotp(): Promise<{ token: string; code: string; email: string }> {
  const { access_token: token, email } = await preparedSignIn()
  const { body } = await call<{ secret: string }>(`${auth}/mfa/enable`, { type: 'totp' }, { token })
  return { token, code: codeOf(body.secret), email }
}

/** Another app was bound between the set-up and its first code. */
async function confirmSecondApp(): Promise<Answer<unknown>> {
  const { token, code, email } = await begunTotp()
  await row(
    `insert into factors (id, tenant_id, user_id, type)
     select gen_random_uuid(), tenant_id, id, 'totp' from users where email = $1 returning id`,
    [email],
  )
  return post('/mfa/confirm', { type: 'totp', code }, token)
}

async function enableSecondApp(): Promise<Answer<unknown>> {
  const { access_token, key } = await newOwner()
  await addTotp({ access_token })
  const { body } = await signInByKey(key)
  return post('/mfa/enable', { type: 'totp' }, body.access_token)
}

async function disable(changes: Record<string, unknown>, roles?: string[]) {
  const { email, access_token, backupCodes } = await protectedUser()
  if (roles) await setUser(email, { roles })
  return post('/mfa/disable', { type: 'totp', code: backupCodes[0], ...changes }, access_token)
}

async function oneKeyTooMany(): Promise<Answer<unknown>> {
  const { access_token, registered } = await newOwner()
  await rows(
    `insert into webauthn_credentials (id, tenant_id, user_id, credential_id, public_key, sign_count, kind, name,
       transports, aaguid, backup_eligible, backed_up, user_verified)
     select gen_random_uuid(), tenant_id, user_id, decode(md5(n::text || id::text), 'hex'), public_key, 0, kind, name,
       transports, aaguid, backup_eligible, backed_up, user_verified
     from webauthn_credentials, generate_series(1, 19) as n where id = $1 returning id`,
    [registered.id],
  )
  return registerOptions(access_token)
}

async function attestation(token: string, wanted = token): Promise<Answer<unknown>> {
  const { body } = await registerOptions(token)
  const credential = await (await newKey()).create(body)
  return post('/webauthn/register/verify', { credential }, wanted)
}

/** The factor that the session has not shown came between the challenge and its answer. */
async function attestationTooLate(): Promise<Answer<unknown>> {
  const session = await preparedSignIn()
  const { body } = await registerOptions(session.access_token)
  const credential = await (await newKey()).create(body)
  await addTotp(session)
  return post('/webauthn/register/verify', { credential }, session.access_token)
}

async function foreignAttestation(): Promise<Answer<unknown>> {
  return attestation(await fresh(), await fresh())
}

async function foreignAssertion(): Promise<Answer<unknown>> {
  const { key } = await newOwner()
  const credential = await key.get(await loginOptions())
  return loginVerify(await loginOptions(), credential)
}

async function ownKey(method: string, body?: unknown): Promise<Answer<unknown>> {
  const { access_token, registered } = await newOwner()
  return withToken(`/webauthn/credentials/${registered.id}`, method, access_token, body)
}

async function unprovenKey(method: string, body?: unknown): Promise<Answer<unknown>> {
  const { access_token } = await preparedSignIn()
  const { body: registered } = await register(access_token, await newKey())
  return withToken(`/webauthn/credentials/${registered.id}`, method, access_token, body)
}

async function removeLastKey(): Promise<Answer<unknown>> {
  const { email, access_token, registered } = await newOwner()
  await setUser(email, { roles: ['admin'] })
  return withToken(`/webauthn/credentials/${registered.id}`, 'DELETE', access_token)
}

async function forgetOwnDevice(): Promise<Answer<unknown>> {
  const { email, backupCodes } = await protectedUser()
  const { body } = await signIn(email, { headers: browser })
  const { mfa_token } = body as unknown as { mfa_token: string }
  const { body: tokens } = await call<{ access_token: string }>(
    `${auth}/mfa/verify`,
    { mfa_token, type: 'backup_code', code: backupCodes[0], remember_device: true },
    { headers: browser },
  )
  const token = tokens.access_token
  const { body: list } = await call<{ devices: { id: string }[] }>(`${auth}/devices`, undefined, {
    token,
  })
  return withToken(`/devices/${list.devices[0]?.id}`, 'DELETE', token)
}

async function completed(): Promise<Answer<unknown>> {
  const { email, token } = await pendingRecovery()
  await ageRecovery(email, 86_400)
  return complete(token)
}

async function wrongBackupCode(): Promise<Answer<unknown>> {
  const { email } = await protectedUser()
  return verify(await linkFor(email, 2), { backup_code: '0000-0000-0000-0000-0000' })
}

/** What each route of second factors, devices and recovery is for, and the refusals that only it knows. */
export const factorWays: Record<string, Ask[]> = {
  [`POST ${auth}/mfa/verify`]: [
    async () => post('/mfa/verify', { type: 'backup_code', ...(await pendingSignIn()) }),
    async () =>
      post('/mfa/verify', { type: 'backup_code', ...(await pendingSignIn()), code: 'wrong' }),
    () => fromForeignSite('/mfa/verify'),
  ],
  [`POST ${auth}/mfa/challenge`]: [
    async () => post('/mfa/challenge', { type: 'webauthn' }, await proven()),
    () => post('/mfa/challenge', { type: 'webauthn', mfa_token: 'wrong' }),
  ],
  [`GET ${auth}/mfa/methods`]: [async () => withToken('/mfa/methods', 'GET', await fresh())],
  [`POST ${auth}/mfa/enable`]: [
    async () => post('/mfa/enable', { type: 'totp' }, await fresh()),
    async () => post('/mfa/enable', { type: 'totp' }, await unproven()),
    enableSecondApp,
  ],
  [`POST ${auth}/mfa/confirm`]: [
    async () => {
      const { token, code } = await begunTotp()
      return post('/mfa/confirm', { type: 'totp', code }, token)
    },
    async () => post('/mfa/confirm', { type: 'totp', code: '000000' }, await fresh()),
    async () => post('/mfa/confirm', { type: 'totp', code: '000000' }, await unproven()),
    confirmSecondApp,
  ],
  [`POST ${auth}/mfa/disable`]: [
    () => disable({}),
    () => disable({ code: 'wrong' }),
    () => disable({ type: 'email' }),
    () => disable({ code: undefined }),
    () => disable({}, ['admin']),
  ],
  [`POST ${auth}/mfa/backup-codes`]: [
    async () => withToken('/mfa/backup-codes', 'POST', await proven()),
    async () => withToken('/mfa/backup-codes', 'POST', await unproven()),
    async () => withToken('/mfa/backup-codes', 'POST', await fresh()),
  ],
  [`POST ${auth}/webauthn/register/options`]: [
    async () => registerOptions(await fresh()),
    async () => registerOptions(await unproven()),
    oneKeyTooMany,
  ],
  [`POST ${auth}/webauthn/register/verify`]: [
    async () => attestation(await fresh()),
    foreignAttestation,
    attestationTooLate,
  ],
  [`POST ${auth}/webauthn/login/options`]: [() => post('/webauthn/login/options', {})],
  [`POST ${auth}/webauthn/login/verify`]: [
    async () => signInByKey((await newOwner()).key),
    foreignAssertion,
    () => fromForeignSite('/webauthn/login/verify'),
  ],
  [`GET ${auth}/webauthn/credentials`]: [
    async () => withToken('/webauthn/credentials', 'GET', await fresh()),
  ],
  [`PATCH ${auth}/webauthn/credentials/{id}`]: [
    () => ownKey('PATCH', { name: 'Blue' }),
    () => unprovenKey('PATCH', { name: 'Blue' }),
    async () =>
      withToken(`/webauthn/credentials/${nobody}`, 'PATCH', await fresh(), { name: 'Blue' }),
  ],
  [`DELETE ${auth}/webauthn/credentials/{id}`]: [
    () => ownKey('DELETE'),
    () => unprovenKey('DELETE'),
    async () => withToken(`/webauthn/credentials/${nobody}`, 'DELETE', await fresh()),
    removeLastKey,
  ],
  [`GET ${auth}/devices`]: [async () => withToken('/devices', 'GET', await fresh())],
  [`DELETE ${auth}/devices/{id}`]: [
    forgetOwnDevice,
    async () => withToken(`/devices/${nobody}`, 'DELETE', await fresh()),
  ],
  [`POST ${auth}/recover`]: [async () => post('/recover', { email: await preparedUser() })],
  [`POST ${auth}/recover/verify`]: [
    async () => verify(await linkFor(await preparedUser(), 1)),
    async () => verify(await linkFor((await protectedUser()).email, 2)),
    () => verify('wrong'),
    wrongBackupCode,
  ],
  [`POST ${auth}/recover/complete`]: [
    completed,
    async () => complete((await pendingRecovery()).token),
    () => complete('wrong'),
  ],
  [`POST ${auth}/recover/cancel`]: [
    async () => cancel((await pendingRecovery()).cancelToken),
    () => cancel('wrong'),
  ],
  [`POST ${auth}/recover/not-me`]: [
    async () => {
      const [letter] = await mails((await protectedUser()).email, 2)
      return post('/recover/not-me', { token: letter ? tokenIn(letter) : '' })
    },
    () => post('/recover/not-me', { token: 'wrong' }),
  ],
}
