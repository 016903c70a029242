import { expect, it } from 'vitest'
import { call, cost, signIn, type Tokens } from '../../support/client.ts'
import { lettersFor, row, trailEntries } from '../../support/database.ts'
import { newKey, type Options } from '../../support/key.ts'
import {
  loginOptions,
  loginVerify,
  newOwner,
  register,
  registerOptions,
  showKey,
  signInByKey,
} from '../../support/passkey.ts'
import { preparedSignIn, preparedUser } from '../../support/prepared.ts'

it('registers a passkey: first factor, backup codes, a letter, a row of the trail', async () => {
  const session = await preparedSignIn()
  const options = await registerOptions(session.access_token)
  expect(options.status).toBe(200)
  expect(cost(options)).toEqual({ db: 2, do: 0, kv: 0, hash: 0 })
  expect(options.body.options).toMatchObject({
    rp: { id: 'localhost', name: 'Gatehouse' },
    user: { name: session.email, displayName: session.email },
    attestation: 'none',
    excludeCredentials: [],
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    timeout: 300_000,
  })

  const key = await newKey({ backupEligible: true, backedUp: true })
  const credential = await key.create(options.body)
  const added = await call(
    '/api/v1/auth/webauthn/register/verify',
    { challenge_id: options.body.challenge_id, credential, name: ' My phone ' },
    { token: session.access_token },
  )
  expect(added.status).toBe(201)
  expect(cost(added)).toEqual({ db: 2, do: 0, kv: 0, hash: 0 })
  expect(added.body).toEqual({
    id: expect.any(String),
    name: 'My phone',
    kind: 'passkey',
    backup_codes: expect.any(Array),
  })
  expect(added.body.backup_codes).toHaveLength(10)

  const stored = await row('select * from webauthn_credentials where id = $1', [added.body.id])
  expect(stored).toMatchObject({
    kind: 'passkey',
    backup_eligible: true,
    backed_up: true,
    user_verified: true,
    transports: ['hybrid', 'internal'],
    sign_count: '0',
  })
  expect(String(stored.aaguid).replaceAll('-', '')).toBe(
    [...key.aaguid].map((byte) => byte.toString(16).padStart(2, '0')).join(''),
  )
  expect(await lettersFor(session.email)).toContain('factor_added')
  expect(await trailEntries(session.email, 'mfa.factor_added')).toHaveLength(1)
})

it('signs in without a name: one act, two factors, two round trips', async () => {
  const session = await preparedSignIn()
  const key = await newKey({ backupEligible: true })
  await register(session.access_token, key)

  const options = await call<Options>('/api/v1/auth/webauthn/login/options', {})
  expect(options.body.options).not.toHaveProperty('allowCredentials')
  expect(options.body.options).toMatchObject({ rpId: 'localhost', userVerification: 'required' })
  expect(cost(options)).toEqual({ db: 1, do: 0, kv: 0, hash: 0 })

  const done = await loginVerify(options.body, await key.get(options.body))
  expect(done.status).toBe(200)
  expect(done.body.user.email).toBe(session.email)
  expect(cost(done)).toEqual({ db: 2, do: 0, kv: 0, hash: 0 })
  expect(claimsOf(done.body)).toMatchObject({ amr: ['swk', 'user', 'mfa'], acr: 'aal2' })
})

it('signs in with an address: its keys are offered, and only they are taken', async () => {
  const owner = await newOwner()
  const other = await newOwner()
  const options = await loginOptions(owner.email)
  expect(options.options.allowCredentials).toEqual([
    { type: 'public-key', id: owner.key.credentialId, transports: ['hybrid', 'internal'] },
  ])
  const foreign = await loginVerify(options, await other.key.get(options))
  expect(foreign).toMatchObject({ status: 400, body: { code: 'WEBAUTHN_INVALID' } })
  // A key that keeps no user handle may answer where the address was given.
  const done = await loginVerify(options, await owner.key.get(options, { userHandle: null }))
  expect(done.status).toBe(200)
})

it('calls a key that cannot be copied and has verified its user hardware', async () => {
  const owner = await newOwner({ backupEligible: false })
  expect(claimsOf(owner)).toMatchObject({ amr: ['hwk', 'user', 'mfa'], acr: 'aal3' })
})

it.each(['EdDSA', 'RS256'] as const)('takes keys of %s as well', async (algorithm) => {
  const session = await preparedSignIn()
  const key = await newKey({}, algorithm)
  expect((await register(session.access_token, key)).status).toBe(201)
  expect((await signInByKey(key)).status).toBe(200)
})

it('takes the attestation of a key by itself, unasked for', async () => {
  const session = await preparedSignIn()
  const key = await newKey()
  const { body: options } = await registerOptions(session.access_token)
  const credential = await key.create(options, { selfAttested: true })
  const added = await call(
    '/api/v1/auth/webauthn/register/verify',
    { credential },
    { token: session.access_token },
  )
  expect(added.status).toBe(201)
})

it('is a second factor after a password', async () => {
  const session = await preparedSignIn()
  const key = await newKey({ userVerified: false })
  const { body: added } = await register(session.access_token, key, 'security_key')
  expect(added).toMatchObject({ kind: 'security_key', name: 'Security key' })

  const first = await signIn(session.email)
  const pending = first.body as unknown as { mfa_token: string; mfa_types: string[] }
  expect(pending.mfa_types).toEqual(['backup_code', 'webauthn'])
  const asked = await call<Options>('/api/v1/auth/mfa/challenge', {
    mfa_token: pending.mfa_token,
    type: 'webauthn',
  })
  expect(asked.status).toBe(200)
  expect(cost(asked)).toEqual({ db: 1, do: 0, kv: 0, hash: 0 })
  expect(asked.body.options.allowCredentials).toHaveLength(1)

  const credential = await key.get(asked.body)
  const done = await call<Tokens>('/api/v1/auth/mfa/verify', {
    mfa_token: pending.mfa_token,
    type: 'webauthn',
    credential,
  })
  expect(done.status).toBe(200)
  expect(cost(done)).toEqual({ db: 2, do: 0, kv: 0, hash: 0 })
  expect(claimsOf(done.body)).toMatchObject({ amr: ['pwd', 'hwk', 'mfa'], acr: 'aal2' })
})

it('raises a session that asks by its access token', async () => {
  const session = await preparedSignIn()
  const key = await newKey({ backupEligible: true })
  const { body: registered } = await register(session.access_token, key)
  const one = `/api/v1/auth/webauthn/credentials/${registered.id}`
  const early = await call(one, { name: 'Phone' }, { method: 'PATCH', token: session.access_token })
  expect(early).toMatchObject({ status: 403, body: { code: 'STEP_UP_REQUIRED' } })

  const raised = await showKey<{ access_token: string }>(key, { token: session.access_token })
  expect(raised.status).toBe(200)
  expect(claimsOf(raised.body)).toMatchObject({ amr: ['pwd', 'swk', 'user', 'mfa'], acr: 'aal2' })
  const { access_token: token } = raised.body
  const renamed = await call(one, { name: 'Phone' }, { method: 'PATCH', token })
  expect(renamed).toMatchObject({ status: 200, body: { name: 'Phone', kind: 'passkey' } })
  expect(await trailEntries(session.email, 'webauthn.renamed')).toHaveLength(1)
})

it('lists keys among the factors and for themselves', async () => {
  const owner = await newOwner()
  const { body: listed } = await call('/api/v1/auth/webauthn/credentials', undefined, {
    token: owner.access_token,
  })
  expect(listed).toEqual({
    credentials: [
      {
        id: owner.registered.id,
        name: 'Passkey',
        kind: 'passkey',
        transports: ['hybrid', 'internal'],
        aaguid: expect.any(String),
        backup_eligible: false,
        backed_up: false,
        created_at: expect.stringMatching(/Z$/),
        last_used_at: expect.stringMatching(/Z$/),
      },
    ],
  })
  const { body: methods } = await call('/api/v1/auth/mfa/methods', undefined, {
    token: owner.access_token,
  })
  expect(methods).toMatchObject({
    mfa_enabled: true,
    methods: [{ id: owner.registered.id, type: 'webauthn', name: 'Passkey' }],
  })
})

it('adds a second key without new backup codes, and names the first to the browser', async () => {
  const owner = await newOwner()
  const options = await registerOptions(owner.access_token, 'security_key')
  expect(options.body.options.excludeCredentials).toMatchObject([{ id: owner.key.credentialId }])
  const second = await register(owner.access_token, await newKey(), 'security_key')
  expect(second.status).toBe(201)
  expect(second.body).not.toHaveProperty('backup_codes')
})

it('needs no session where policy sends a sign-in to enrol', async () => {
  const email = await preparedUser()
  await row(`update users set roles = '{admin}' where email = $1 returning id`, [email])
  const first = await signIn(email)
  const enrolment = first.body as unknown as { enrollment_token: string; mfa_types: string[] }
  expect(enrolment.mfa_types).toContain('webauthn')
  const key = await newKey()
  const added = await register(enrolment.enrollment_token, key)
  expect(added.status).toBe(201)
  expect(added.body.backup_codes).toHaveLength(10)
  const again = await registerOptions(enrolment.enrollment_token)
  expect(again).toMatchObject({ status: 401, body: { code: 'TOKEN_INVALID' } })
  expect((await signInByKey(key)).status).toBe(200)
})

function claimsOf({ access_token: token }: { access_token: string }): Record<string, unknown> {
  return JSON.parse(atob((token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/')))
}
