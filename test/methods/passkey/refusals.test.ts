import { describe, expect, it } from 'vitest'
import { certificates, signer } from '../../messages/sns-certificates.ts'
import { call, cost, signIn, type Tokens } from '../../support/client.ts'
import { row, rows, trailEntries, userOf } from '../../support/database.ts'
import {
  base64url,
  concat,
  fromBase64url,
  type Key,
  newKey,
  type Options,
  type Quirks,
} from '../../support/key.ts'
import {
  loginOptions,
  loginVerify,
  newOwner,
  type Owner,
  register,
  registerOptions,
  showKey,
  signInByKey,
} from '../../support/passkey.ts'
import { preparedSignIn } from '../../support/prepared.ts'
import { codeOf } from '../../support/problem.ts'

const elsewhere = base64url(crypto.getRandomValues(new Uint8Array(32)))

const wrongAssertions: Record<string, Quirks> = {
  'another origin': { origin: 'https://evil.example' },
  'an origin that only begins like ours': { origin: 'http://localhost:8787.evil.example' },
  'another scheme': { origin: 'https://localhost:8787' },
  'a frame of another site': { crossOrigin: true },
  'a frame that only its top tells': { topOrigin: 'https://evil.example' },
  'another relying party': { rpId: 'evil.example' },
  'the answer to a registration': { type: 'webauthn.create' },
  'a challenge of nobody': { challenge: elsewhere },
  'a challenge that is none': { challenge: 'AAAA' },
  'nobody present': { userPresent: false },
  'a user who was not verified': { userVerified: false },
  'a flag of the key that cannot change': { backupEligible: true },
  'a copy of what cannot be copied': { backedUp: true },
  'another account': { userHandle: base64url(crypto.getRandomValues(new Uint8Array(16))) },
  'no account': { userHandle: null },
}

describe('an assertion is refused', () => {
  for (const [name, quirks] of Object.entries(wrongAssertions)) {
    it(`from or with ${name}`, async () => {
      const owner = await newOwner()
      const before = await sessionsOf(owner)
      const answer = await signInByKey(owner.key, quirks)
      expect([answer.status, codeOf(answer)]).toEqual([400, 'WEBAUTHN_INVALID'])
      // A true signature over no open challenge is found out by the write that would have spent it.
      const signed = name === 'a challenge of nobody' || name === 'no account'
      expect(cost(answer)).toEqual({ db: signed ? 3 : 2, do: 1, kv: 0, hash: 0 })
      expect(await trailEntries(owner.email, 'webauthn.refused')).toMatchObject([
        { outcome: 'failure' },
      ])
      expect(await sessionsOf(owner)).toBe(before)
      expect((await signInByKey(owner.key)).status).toBe(200)
    })
  }

  it('with a signature that is not the key’s', async () => {
    const owner = await newOwner()
    const options = await loginOptions()
    const thief = await newKey()
    thief.userHandle = owner.key.userHandle
    const forged = { ...(await thief.get(options)), id: owner.key.credentialId }
    const answer = await loginVerify(options, { ...forged, rawId: forged.id })
    expect([answer.status, codeOf(answer)]).toEqual([400, 'WEBAUTHN_INVALID'])
  })

  it('with a key that nobody knows, for the same price and in the same words', async () => {
    const owner = await newOwner()
    const wrong = await signInByKey(owner.key, { origin: 'https://evil.example' })
    const stranger = await newKey()
    stranger.userHandle = owner.key.userHandle
    const unknown = await signInByKey(stranger)
    const { request_id: _, ...words } = wrong.body as unknown as Record<string, unknown>
    expect(unknown.body).toMatchObject(words)
    expect(cost(unknown)).toEqual(cost(wrong))
  })

  it('a second time', async () => {
    const owner = await newOwner()
    const options = await loginOptions()
    const credential = await owner.key.get(options)
    expect((await loginVerify(options, credential)).status).toBe(200)
    const again = await loginVerify(options, credential)
    expect([again.status, codeOf(again)]).toEqual([400, 'WEBAUTHN_INVALID'])
  })

  it('late', async () => {
    const owner = await newOwner()
    const options = await loginOptions()
    await row(`update webauthn_challenges set expires_at = now() where id = $1 returning id`, [
      options.challenge_id,
    ])
    const late = await loginVerify(options, await owner.key.get(options))
    expect([late.status, codeOf(late)]).toEqual([400, 'WEBAUTHN_INVALID'])
  })

  it('in another tenant', async () => {
    const owner = await newOwner()
    const slug = `tenant-${crypto.randomUUID().slice(0, 8)}`
    await row(`insert into tenants (id, slug, name) values ($1, $2, 'Another') returning id`, [
      crypto.randomUUID(),
      slug,
    ])
    const how = { headers: { 'X-Tenant': slug } }
    const options = await loginOptions(undefined, how)
    const foreign = await loginVerify(options, await owner.key.get(options), how)
    expect([foreign.status, codeOf(foreign)]).toEqual([400, 'WEBAUTHN_INVALID'])
    // Nor is a challenge of one tenant an opening in another.
    const home = await loginVerify(options, await owner.key.get(options))
    expect([home.status, codeOf(home)]).toEqual([400, 'WEBAUTHN_INVALID'])
  })
})

describe('a challenge works where it was asked for', () => {
  it('not a registration’s for a sign-in, nor a sign-in’s for a step-up', async () => {
    const owner = await newOwner()
    const { body: creation } = await registerOptions(owner.access_token)
    const signedIn = await loginVerify(
      creation,
      await owner.key.get({ ...creation, options: { ...creation.options, rpId: 'localhost' } }),
    )
    expect(codeOf(signedIn)).toBe('WEBAUTHN_INVALID')

    const options = await loginOptions(owner.email)
    const credential = await owner.key.get(options)
    const raised = await call(
      '/api/v1/auth/mfa/verify',
      { type: 'webauthn', credential },
      { token: owner.access_token },
    )
    expect([raised.status, codeOf(raised)]).toEqual([400, 'WEBAUTHN_INVALID'])
  })

  it('not a registration’s for a step-up of the same session', async () => {
    const owner = await newOwner()
    const { access_token: token } = owner
    const { body: creation } = await registerOptions(token)
    const options = { ...creation, options: { ...creation.options, rpId: 'localhost' } }
    const proof = { type: 'webauthn', credential: await owner.key.get(options) }
    const raised = await call('/api/v1/auth/mfa/verify', proof, { token })
    expect([raised.status, codeOf(raised)]).toEqual([400, 'WEBAUTHN_INVALID'])
  })

  it('not one pending sign-in’s in another', async () => {
    const owner = await newOwner()
    const [first, second] = [await pending(owner), await pending(owner)]
    const { body: options } = await call<Options>('/api/v1/auth/mfa/challenge', {
      mfa_token: first,
      type: 'webauthn',
    })
    const credential = await owner.key.get(options)
    const proof = { type: 'webauthn', credential }
    const other = await call('/api/v1/auth/mfa/verify', { mfa_token: second, ...proof })
    expect([other.status, codeOf(other)]).toEqual([400, 'WEBAUTHN_INVALID'])
    expect((await call('/api/v1/auth/mfa/verify', { mfa_token: first, ...proof })).status).toBe(200)
  })

  it('not with somebody else’s key as a second factor', async () => {
    const [owner, thief] = [await newOwner(), await newOwner()]
    const answer = await showKey(thief.key, { mfaToken: await pending(owner) })
    expect([answer.status, codeOf(answer)]).toEqual([400, 'WEBAUTHN_INVALID'])
  })

  it('not without a right to ask', async () => {
    const unknown = await call('/api/v1/auth/mfa/challenge', {
      mfa_token: 'ghm_x',
      type: 'webauthn',
    })
    expect([unknown.status, codeOf(unknown)]).toEqual([401, 'MFA_TOKEN_INVALID'])
    const nobody = await call('/api/v1/auth/mfa/challenge', { type: 'webauthn' })
    expect([nobody.status, codeOf(nobody)]).toEqual([401, 'TOKEN_INVALID'])
    const session = await preparedSignIn()
    const keyless = await call(
      '/api/v1/auth/mfa/challenge',
      { type: 'webauthn' },
      { token: session.access_token },
    )
    expect([keyless.status, codeOf(keyless)]).toEqual([422, 'VALIDATION_FAILED'])
  })
})

describe('the counter of a key', () => {
  it('must grow: a copy is refused, and the trail says why', async () => {
    const owner = await newOwner()
    expect((await signInByKey(owner.key, { signCount: 7 })).status).toBe(200)
    for (const signCount of [7, 3, 0]) {
      const copy = await signInByKey(owner.key, { signCount })
      expect([copy.status, codeOf(copy)]).toEqual([400, 'WEBAUTHN_INVALID'])
    }
    expect(await trailEntries(owner.email, 'webauthn.refused')).toMatchObject(
      Array(3).fill({ reason: 'sign_count' }),
    )
    expect((await signInByKey(owner.key, { signCount: 8 })).status).toBe(200)
  })

  it('rings no alarm for whoever cannot sign', async () => {
    const owner = await newOwner()
    expect((await signInByKey(owner.key, { signCount: 7 })).status).toBe(200)
    const options = await loginOptions()
    const thief = await newKey()
    const forged = await thief.get(options, { signCount: 3, userHandle: owner.key.userHandle })
    const { credentialId: id } = owner.key
    await loginVerify(options, { ...forged, id, rawId: id })
    expect(await trailEntries(owner.email, 'webauthn.refused')).toMatchObject([
      { reason: 'not_acceptable' },
    ])
  })

  it('tells a second factor’s copy too', async () => {
    const owner = await newOwner()
    expect((await signInByKey(owner.key, { signCount: 7 })).status).toBe(200)
    const copy = await showKey(owner.key, { token: owner.access_token }, { signCount: 7 })
    expect([copy.status, codeOf(copy)]).toEqual([400, 'WEBAUTHN_INVALID'])
    expect(await trailEntries(owner.email, 'mfa.refused')).toMatchObject([
      { reason: 'webauthn sign_count' },
    ])
  })
})

describe('a key that has not verified its user', () => {
  it('does not open an account alone, even once it has a PIN: a thief could have set it', async () => {
    const session = await preparedSignIn()
    const key = await newKey({ userVerified: false })
    await register(session.access_token, key, 'security_key')
    const stolen = await signInByKey(key, { userVerified: true })
    expect([stolen.status, codeOf(stolen)]).toEqual([400, 'WEBAUTHN_INVALID'])
    expect((await loginOptions(session.email)).options.allowCredentials).not.toMatchObject([
      { id: key.credentialId },
    ])
    // Beside the password the PIN is its owner's.
    const owner = { email: session.email }
    const done = await showKey(key, { mfaToken: await pending(owner) }, { userVerified: true })
    expect(done.status).toBe(200)
    expect((await signInByKey(key, { userVerified: true })).status).toBe(200)
  })
})

describe('who is locked out', () => {
  it('not the owner of a passkey, by any number of wrong passwords', async () => {
    const owner = await newOwner()
    const guess = () => signIn(owner.email, { password: 'a wrong password of somebody' })
    const guesses = await Promise.all(Array.from({ length: 20 }, guess))
    expect(guesses.map(({ status }) => status)).toContain(429)
    expect(codeOf(await signIn(owner.email))).toBe('TOO_MANY_ATTEMPTS')
    expect((await signInByKey(owner.key)).status).toBe(200)
  })

  it('not the owner, by rubbish in the name of the key; the sender is', async () => {
    const owner = await newOwner()
    const options = await loginOptions()
    const credential = await owner.key.get(options, { origin: 'https://evil.example' })
    const wrong = await Promise.all(
      Array.from({ length: 50 }, () => loginVerify(options, credential)),
    )
    const statuses = wrong.map(({ status }) => status)
    expect(statuses.filter((status) => status === 400)).toHaveLength(5)
    expect(statuses.filter((status) => status === 429)).toHaveLength(45)
    expect((await signInByKey(owner.key)).status).toBe(200)
  })
})

const wrongKeys: Record<string, Quirks> = {
  'another origin': { origin: 'https://evil.example' },
  'a frame of another site': { crossOrigin: true },
  'another relying party': { rpId: 'evil.example' },
  'the answer to a sign-in': { type: 'webauthn.get' },
  'a challenge of nobody': { challenge: elsewhere },
  'nobody present': { userPresent: false },
  'a passkey that does not verify its user': { userVerified: false },
  'a copy of what cannot be copied': { backedUp: true },
  'an algorithm that was not offered': { algorithm: -65535 },
  'a certificate': {
    format: 'packed',
    statement: async () => ({ alg: -7, sig: Uint8Array.of(1), x5c: [Uint8Array.of(1)] }),
  },
  'a certificate of whoever signed it': {
    format: 'fido-u2f',
    aaguid: new Uint8Array(16),
    statement: attestedByAnyone,
  },
  'a statement where none was asked for': { statement: async () => ({ alg: -7 }) },
  'an id beyond all measure': { credentialId: new Uint8Array(1_024) },
}

/** FIDO U2F's attestation (WebAuthn L3 §8.6) under a certificate that no maker of keys has issued. */
async function attestedByAnyone(authData: Uint8Array, clientHash: Uint8Array) {
  const id = authData.slice(55, -77)
  const point = concat(Uint8Array.of(4), authData.slice(-67, -35), authData.slice(-32))
  const signed = concat(Uint8Array.of(0), authData.slice(0, 32), clientHash, id, point)
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
  const pkcs8 = ofPem(signer) as Uint8Array<ArrayBuffer>
  const key = await crypto.subtle.importKey('pkcs8', pkcs8, algorithm, false, ['sign'])
  const data = signed as Uint8Array<ArrayBuffer>
  const sig = new Uint8Array(await crypto.subtle.sign(algorithm, key, data))
  return { sig, x5c: [ofPem(certificates.sns)] }
}

function ofPem(pem: string): Uint8Array {
  const text = atob(pem.replace(/-----[^-]+-----|\s/g, ''))
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}

describe('a new key is refused', () => {
  for (const [name, quirks] of Object.entries(wrongKeys)) {
    it(`from or with ${name}`, async () => {
      const session = await preparedSignIn()
      const answer = await register(session.access_token, await newKey(), 'passkey', quirks)
      expect([400, 422]).toContain(answer.status)
      expect(['WEBAUTHN_INVALID', 'VALIDATION_FAILED']).toContain(codeOf(answer))
      const { id } = await userOf(session.email)
      expect(await rows('select 1 from webauthn_credentials where user_id = $1', [id])).toEqual([])
      expect(await rows('select 1 from users where id = $1 and mfa_enabled', [id])).toEqual([])
    })
  }

  it('when another account, or this one, has it', async () => {
    const owner = await newOwner()
    const thief = await preparedSignIn()
    const taken = await register(thief.access_token, owner.key)
    expect([taken.status, codeOf(taken)]).toEqual([400, 'WEBAUTHN_INVALID'])
    const twice = await register(owner.access_token, owner.key)
    expect([twice.status, codeOf(twice)]).toEqual([400, 'WEBAUTHN_INVALID'])
  })

  it('for the challenge of another account, and a second time', async () => {
    const [owner, thief] = [await preparedSignIn(), await preparedSignIn()]
    const { body: options } = await registerOptions(owner.access_token)
    const credential = await (await newKey()).create(options)
    const path = '/api/v1/auth/webauthn/register/verify'
    const stolen = await call(path, { credential }, { token: thief.access_token })
    expect([stolen.status, codeOf(stolen)]).toEqual([400, 'WEBAUTHN_INVALID'])
    expect((await call(path, { credential }, { token: owner.access_token })).status).toBe(201)
    // The session that added a first factor has not shown one: it must, before the next.
    const again = await call(path, { credential }, { token: owner.access_token })
    expect(codeOf(again)).toBe('STEP_UP_REQUIRED')
  })

  it('when it could never be used: its point is not on the curve', async () => {
    const session = await preparedSignIn()
    const answer = await register(session.access_token, await newKey(), 'passkey', {
      publicKey: { '-2': new Uint8Array(32).fill(1) },
    })
    expect([answer.status, codeOf(answer)]).toEqual([400, 'WEBAUTHN_INVALID'])
  })

  it('when its id is not the one that it signed', async () => {
    const session = await preparedSignIn()
    const { body: options } = await registerOptions(session.access_token)
    const credential = await (await newKey()).create(options)
    const id = elsewhere
    const answer = await call(
      '/api/v1/auth/webauthn/register/verify',
      { credential: { ...credential, id, rawId: id } },
      { token: session.access_token },
    )
    expect([answer.status, codeOf(answer)]).toEqual([400, 'WEBAUTHN_INVALID'])
  })
})

describe('bad input is never a fault of ours', () => {
  it('in the shape of a credential', async () => {
    const options = await loginOptions()
    const key = await newKey()
    key.userHandle = ''
    const good = await key.get(options)
    const shapes = [
      null,
      [],
      'text',
      {},
      { ...good, id: '' },
      { ...good, id: '+/=' },
      { ...good, type: 'password' },
      { ...good, response: null },
      { ...good, response: { ...good.response, signature: 7 } },
      { ...good, response: { ...good.response, clientDataJSON: '' } },
      { ...good, id: 'A'.repeat(2_000), rawId: 'A'.repeat(2_000) },
    ]
    for (const credential of shapes) {
      const answer = await loginVerify(options, credential)
      expect([answer.status, codeOf(answer)]).toEqual([422, 'VALIDATION_FAILED'])
    }
  })

  it('at a megabyte', async () => {
    const options = await loginOptions()
    const key = await newKey()
    key.userHandle = ''
    const credential = await key.get(options)
    const response = { ...credential.response, signature: 'A'.repeat(1_000_000) }
    const answer = await loginVerify(options, { ...credential, response })
    expect([answer.status, codeOf(answer)]).toEqual([413, 'BODY_TOO_LARGE'])
  })

  it('in the bytes of client data, authenticator data, signature and attestation', async () => {
    const owner = await newOwner()
    const seen = new Set<number>()
    for (let round = 0; round < 60; round += 1) {
      seen.add(await brokenAssertion(owner.key, round))
      seen.add(await brokenAttestation(owner, round))
    }
    expect(seen).toContain(400)
    expect([...seen].filter((status) => status >= 500)).toEqual([])
  })
})

const assertionParts = ['clientDataJSON', 'authenticatorData', 'signature'] as const

async function brokenAssertion(key: Key, round: number): Promise<number> {
  const options = await loginOptions()
  const credential = await key.get(options)
  const part = assertionParts[round % assertionParts.length] ?? 'signature'
  const response = { ...credential.response, [part]: broken(credential.response[part], round) }
  return (await loginVerify(options, { ...credential, response })).status
}

async function brokenAttestation(owner: Owner, round: number): Promise<number> {
  const { body: options, status } = await registerOptions(owner.access_token)
  // Some of what is turned over is nobody's business, such as the model: those keys are bound, until there are enough.
  if (status !== 200) return status
  const made = await (await newKey()).create(options)
  const attestationObject = broken(made.response.attestationObject, round)
  const credential = { ...made, response: { ...made.response, attestationObject } }
  const path = '/api/v1/auth/webauthn/register/verify'
  return (await call(path, { credential }, { token: owner.access_token })).status
}

/** Cut short, made longer, turned over, or a bomb of nested arrays. */
function broken(text: string, round: number): string {
  const bytes = fromBase64url(text)
  const at = (round * 7) % bytes.length
  if (round % 4 === 0) return base64url(bytes.slice(0, Math.max(1, at)))
  if (round % 4 === 1) return base64url(Uint8Array.from([...bytes, 0x9f, 0xff]))
  if (round % 4 === 2) return base64url(bytes.map((byte, place) => (place === at ? ~byte : byte)))
  return base64url(new Uint8Array(20_000).fill(0x81))
}

async function pending({ email }: { email: string }): Promise<string> {
  const { body } = await signIn(email)
  return (body as unknown as { mfa_token: string }).mfa_token
}

async function sessionsOf({ user }: Pick<Tokens, 'user'>): Promise<number> {
  return (await rows('select 1 from sessions where user_id = $1', [user.id])).length
}
