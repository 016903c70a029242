import { describe, expect, it } from 'vitest'
import { call, cost, mails, signIn, type Tokens } from '../../support/client.ts'
import { lettersFor, row, rows, setUser, trailEntries, userOf } from '../../support/database.ts'
import { preparedSignIn, preparedUser, preparedUserIn } from '../../support/prepared.ts'
import { codeOf } from '../../support/problem.ts'
import { changeSettings, newTenant } from '../../support/tenant.ts'
import {
  nativeProof,
  newApp,
  newPerson,
  type Person,
  type ProviderName,
  signInWith,
  throughProvider,
} from './browser.ts'

const auth = '/api/v1/auth'

interface Identity {
  id: string
  provider: string
  email: string | null
  created_at: string
  last_used_at: string | null
}

async function list(token: string) {
  const { body } = await call<{ identities: Identity[] }>(`${auth}/identities`, undefined, {
    token,
  })
  return body.identities
}

async function link(token: string, provider: ProviderName, person: Person) {
  const proof = await nativeProof(provider, person)
  return call<Identity>(`${auth}/identities/${provider}`, proof, { token })
}

function unlink(token: string, id: string) {
  return call(`${auth}/identities/${id}`, undefined, { method: 'DELETE', token })
}

/** As if the session had been opened an hour ago. */
async function ageProof({ session_id }: Pick<Tokens, 'session_id'>) {
  await row(
    `update sessions set authenticated_at = now() - interval '1 hour' where id = $1 returning id`,
    [session_id],
  )
}

/** A key of an account, as if it had been registered. */
async function addKey(email: string, verified: boolean): Promise<string> {
  const { id, tenant_id } = await userOf(email)
  const key = await row<{ id: string }>(
    `insert into webauthn_credentials (id, tenant_id, user_id, credential_id, public_key, sign_count, kind, name,
       transports, aaguid, backup_eligible, backed_up, user_verified)
     values ($1, $2, $3, uuid_send($1::uuid), '\\x00', 0, 'passkey', 'Key', '{}', $1, false, false, $4) returning id`,
    [crypto.randomUUID(), tenant_id, id, verified],
  )
  return key.id
}

describe('the list', () => {
  it('shows each identity to its owner, and no subject', async () => {
    const person = newPerson()
    const { body } = await signInWith('google', person)
    const identities = await list(body.access_token)
    expect(identities).toEqual([
      {
        id: expect.any(String),
        provider: 'google',
        email: person.email,
        created_at: expect.stringMatching(/Z$/),
        last_used_at: expect.stringMatching(/Z$/),
      },
    ])
  })

  it('is empty without one, and closed without a session', async () => {
    const { access_token: token } = await preparedSignIn()
    expect(await list(token)).toEqual([])
    expect((await call(`${auth}/identities`)).status).toBe(401)
    await call(`${auth}/logout`, undefined, { method: 'POST', token })
    expect((await call(`${auth}/identities`, undefined, { token })).status).toBe(401)
  })
})

describe('linking', () => {
  it('adds an identity by a token of the provider, whatever its address', async () => {
    const { access_token: token, email, user } = await preparedSignIn()
    const person = newPerson({ email_verified: false })
    const linked = await link(token, 'google', person)
    expect(linked.status).toBe(201)
    expect(linked.body).toMatchObject({ provider: 'google', email: person.email })
    expect(cost(linked).db).toBe(1)
    const { body } = await signInWith('google', person)
    expect(body).toMatchObject({ user_created: false, user: { id: user.id, email } })
    expect(await lettersFor(email)).toContain('identity_linked')
    const [entry] = await trailEntries(email, 'identity.linked')
    expect(entry).toMatchObject({ outcome: 'success', reason: 'google' })
  })

  it('adds one by the way of a browser, for the app that began', async () => {
    const { access_token: token, user } = await preparedSignIn()
    const person = newPerson()
    const { code = '', app } = await throughProvider('github', person, { query: { link: 'true' } })
    expect(await rows('select 1 from users where email = $1', [person.email])).toEqual([])
    const path = `${auth}/identities/github`
    const wrong = { code, code_verifier: (await newApp()).verifier }
    expect(codeOf(await call(path, wrong, { token }))).toBe('EXCHANGE_INVALID')
    const right = { code, code_verifier: app.verifier }
    expect((await call(path, right, { token })).status).toBe(201)
    expect(codeOf(await call(path, right, { token }))).toBe('EXCHANGE_INVALID')
    expect((await signInWith('github', person)).body.user.id).toBe(user.id)
  })

  it('takes no code of a sign-in, and none of another provider', async () => {
    const { access_token: token } = await preparedSignIn()
    const signingIn = await throughProvider('github', newPerson())
    const bought = { code: signingIn.code, code_verifier: signingIn.app.verifier }
    const path = `${auth}/identities/github`
    expect(codeOf(await call(path, bought, { token }))).toBe('EXCHANGE_INVALID')
    const other = await throughProvider('google', newPerson(), { query: { link: 'true' } })
    const foreign = { code: other.code, code_verifier: other.app.verifier }
    expect(codeOf(await call(path, foreign, { token }))).toBe('EXCHANGE_INVALID')
  })

  it('needs a fresh proof, and spends no code without it', async () => {
    const session = await preparedSignIn()
    const token = session.access_token
    await ageProof(session)
    const refused = await link(token, 'google', newPerson())
    expect(refused.status).toBe(403)
    expect(codeOf(refused)).toBe('STEP_UP_REQUIRED')
    expect(refused.headers.get('WWW-Authenticate')).toContain('insufficient_user_authentication')
    const { code, app } = await throughProvider('google', newPerson(), { query: { link: '1' } })
    const proof = { code, code_verifier: app.verifier }
    const path = `${auth}/identities/google`
    expect(codeOf(await call(path, proof, { token }))).toBe('STEP_UP_REQUIRED')
    expect(await list(token)).toEqual([])
    await row('update sessions set authenticated_at = now() where id = $1 returning id', [
      session.session_id,
    ])
    expect((await call(path, proof, { token })).status).toBe(201)
  })

  it('needs the second factor of an account that has one', async () => {
    const { access_token: token, email } = await preparedSignIn()
    await setUser(email, { mfa_enabled: true })
    const refused = await link(token, 'google', newPerson())
    expect(codeOf(refused)).toBe('STEP_UP_REQUIRED')
    expect(refused.body).toMatchObject({ required_acr: 'aal2', max_age: 300 })
  })

  it('takes no identity from another account', async () => {
    const person = newPerson()
    const owner = await signInWith('google', person)
    const { access_token: token } = await preparedSignIn()
    const taken = await link(token, 'google', person)
    expect(taken.status).toBe(409)
    expect(codeOf(taken)).toBe('IDENTITY_TAKEN')
    expect((await signInWith('google', person)).body.user.id).toBe(owner.body.user.id)
    expect(await list(token)).toEqual([])
  })

  it('of one’s own again changes nothing and tells nobody', async () => {
    const { access_token: token, email } = await preparedSignIn()
    const person = newPerson()
    const first = await link(token, 'google', person)
    const again = await link(token, 'google', person)
    expect(again.status).toBe(201)
    expect(again.body.id).toBe(first.body.id)
    const letters = await lettersFor(email)
    expect(letters.filter((letter) => letter === 'identity_linked')).toHaveLength(1)
    expect(await trailEntries(email, 'identity.linked')).toHaveLength(1)
  })

  it('refuses a wrong token, and a session that is over', async () => {
    const { access_token: token } = await preparedSignIn()
    const proof = { id_token: 'a.b.c', nonce: 'nonce' }
    const path = `${auth}/identities/google`
    expect(codeOf(await call(path, proof, { token }))).toBe('PROVIDER_TOKEN_INVALID')
    await call(`${auth}/logout`, undefined, { method: 'POST', token })
    expect(codeOf(await link(token, 'google', newPerson()))).toBe('TOKEN_INVALID')
  })
})

describe('unlinking', () => {
  it('removes the identity, ends other sessions and tells the owner', async () => {
    const email = await preparedUser()
    const person = newPerson({ email })
    const viaProvider = await signInWith('google', person)
    const { body } = await signIn(email)
    const [identity] = await list(body.access_token)
    const answer = await unlink(body.access_token, identity?.id ?? '')
    expect(answer.status).toBe(204)
    expect(cost(answer).db).toBe(1)
    expect(await list(body.access_token)).toEqual([])
    const me = (token: string) => call(`${auth}/me`, undefined, { token })
    expect((await me(viaProvider.body.access_token)).status).toBe(401)
    expect((await me(body.access_token)).status).toBe(200)
    expect(await lettersFor(email)).toContain('identity_unlinked')
    expect(await trailEntries(email, 'identity.unlinked')).toHaveLength(1)
    expect(await mails(email, 3)).toHaveLength(3)
  })

  it('voids a code that was bought before', async () => {
    const email = await preparedUser()
    const person = newPerson({ email })
    const { code, app } = await throughProvider('google', person)
    const { body } = await signIn(email)
    const [identity] = await list(body.access_token)
    await unlink(body.access_token, identity?.id ?? '')
    const bought = { code, code_verifier: app.verifier }
    expect(codeOf(await call(`${auth}/oauth/exchange`, bought))).toBe('EXCHANGE_INVALID')
  })

  it('leaves the last way in', async () => {
    const { body } = await signInWith('google', newPerson())
    const token = body.access_token
    const [identity] = await list(token)
    const last = await unlink(token, identity?.id ?? '')
    expect(last.status).toBe(409)
    expect(codeOf(last)).toBe('LAST_SIGN_IN_METHOD')
    const second = await link(token, 'github', newPerson())
    expect((await unlink(token, identity?.id ?? '')).status).toBe(204)
    expect(codeOf(await unlink(token, second.body.id))).toBe('LAST_SIGN_IN_METHOD')
  })

  it.each(['told', 'not told'] as const)(
    'counts a password only where its tenant lets passwords in: the isolate is %s',
    async (hears) => {
      for (const [signInMethods, status] of [
        [['google'], 409],
        [['google', 'password'], 204],
      ] as const) {
        const tenant = await newTenant()
        const { headers } = tenant
        const { body } = await signIn(await preparedUserIn(tenant), { headers })
        const { body: identity } = await link(body.access_token, 'google', newPerson())
        await changeSettings(tenant, { signInMethods: [...signInMethods] }, hears)
        expect((await unlink(body.access_token, identity.id)).status).toBe(status)
      }
    },
  )

  it('counts a passkey as a way in, and a security key not', async () => {
    const person = newPerson()
    const { body } = await signInWith('google', person)
    const [identity] = await list(body.access_token)
    const key = await addKey(person.email, false)
    const unlinkIt = () => unlink(body.access_token, identity?.id ?? '')
    expect(codeOf(await unlinkIt())).toBe('LAST_SIGN_IN_METHOD')
    await row('update webauthn_credentials set user_verified = true where id = $1 returning id', [
      key,
    ])
    expect((await unlinkIt()).status).toBe(204)
  })

  it('needs a fresh proof', async () => {
    const session = await preparedSignIn()
    const linked = await link(session.access_token, 'google', newPerson())
    await ageProof(session)
    const refused = await unlink(session.access_token, linked.body.id)
    expect(codeOf(refused)).toBe('STEP_UP_REQUIRED')
    expect(await list(session.access_token)).toHaveLength(1)
  })

  it('finds nothing of another', async () => {
    const { access_token: token } = await preparedSignIn()
    const other = await preparedSignIn()
    const linked = await link(other.access_token, 'google', newPerson())
    for (const id of [linked.body.id, crypto.randomUUID(), 'no-id']) {
      const answer = await unlink(token, id)
      expect(answer.status).toBe(404)
    }
    expect(await list(other.access_token)).toHaveLength(1)
  })

  it('of both last identities at once leaves one', async () => {
    const { body } = await signInWith('google', newPerson())
    const token = body.access_token
    await link(token, 'github', newPerson())
    const ids = (await list(token)).map(({ id }) => id)
    const answers = await Promise.all(ids.map((id) => unlink(token, id)))
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 409])
    expect(await list(token)).toHaveLength(1)
  })
})

it('keeps a passkey removable where an identity is left', async () => {
  const person = newPerson()
  const { body } = await signInWith('google', person)
  const key = await addKey(person.email, true)
  const remove = () =>
    call(`${auth}/webauthn/credentials/${key}`, undefined, {
      method: 'DELETE',
      token: body.access_token,
    })
  expect((await remove()).status).toBe(204)
})
