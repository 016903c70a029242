import {
  approve,
  begin,
  comeBack,
  exchange,
  nativeProof,
  nativeSignIn,
  newApp,
  newPerson,
  type ProviderName,
  signInWith,
  throughProvider,
} from '../methods/social/browser.ts'
import { type Answer, call, randomEmail, registration } from '../support/client.ts'
import { setUser } from '../support/database.ts'
import { preparedSignIn } from '../support/prepared.ts'
import { newTenant } from '../support/tenant.ts'

const auth = '/api/v1/auth'
const nobody = '01999999-9999-7999-8999-999999999999'

/** What the routes of sign-in providers are for, and the refusals that only they know. */
export const socialWays: Record<string, (() => Promise<Answer<unknown>>)[]> = {
  [`GET ${auth}/oauth/{provider}`]: [
    async () => (await begin('google', await newApp())).answer,
    async () => (await begin('google', await newApp(), { redirect_to: 'elsewhere' })).answer,
    async () => (await begin('nobody', await newApp())).answer,
  ],
  [`GET ${auth}/oauth/{provider}/callback`]: [
    async () => (await throughProvider('google', newPerson())).answer,
    () => call(`${auth}/oauth/google/callback?state=wrong`),
    () => call(`${auth}/oauth/google/callback?state=1&state=2`),
    () => call(`${auth}/oauth/nobody/callback`),
  ],
  [`POST ${auth}/oauth/{provider}/callback`]: [
    async () => (await throughProvider('apple', newPerson())).answer,
    () => comeBack({ path: `${auth}/oauth/apple/callback`, fields: { state: '' }, form: true }, ''),
    strangersForm,
  ],
  [`POST ${auth}/oauth/exchange`]: [
    async () => exchange('wrong', await newApp()),
    () => signInWith('google', newPerson()),
    disabled,
  ],
  [`POST ${auth}/social/{provider}`]: [
    async () => nativeSignIn('google', await nativeProof('google', newPerson())),
    () => nativeSignIn('google', { id_token: 'a.b.c', nonce: 'nonce' }),
    () => native('google', { email_verified: false }),
    () => nativeSignIn('nobody' as ProviderName, { access_token: 'wrong' }),
    takenAddress,
  ],
  [`GET ${auth}/identities`]: [
    async () =>
      call(`${auth}/identities`, undefined, { token: (await preparedSignIn()).access_token }),
  ],
  [`POST ${auth}/identities/{id}`]: [
    () => link('google'),
    () => link('nobody'),
    taken,
    async () =>
      call(
        `${auth}/identities/google`,
        { code: 'wrong', code_verifier: 'v'.repeat(43) },
        { token: (await preparedSignIn()).access_token },
      ),
    async () => {
      const { email, access_token: token } = await preparedSignIn()
      await setUser(email, { mfa_enabled: true })
      return call(`${auth}/identities/google`, await proof(), { token })
    },
  ],
  [`DELETE ${auth}/identities/{id}`]: [
    lastWay,
    async () => unlink((await preparedSignIn()).access_token, nobody),
    async () => {
      const { access_token: token } = await preparedSignIn()
      const { body } = await call<{ id: string }>(`${auth}/identities/google`, await proof(), {
        token,
      })
      return unlink(token, body.id)
    },
    async () => {
      const { email, access_token: token } = await preparedSignIn()
      await setUser(email, { mfa_enabled: true })
      return unlink(token, nobody)
    },
  ],
}

function proof() {
  return nativeProof('google', newPerson())
}

async function native(provider: ProviderName, changes: object, headers = {}) {
  return nativeSignIn(provider, await nativeProof(provider, newPerson(changes)), headers)
}

async function link(provider: string): Promise<Answer> {
  const { access_token: token } = await preparedSignIn()
  return call(`${auth}/identities/${provider}`, await proof(), { token })
}

function unlink(token: string, id: string): Promise<Answer> {
  return call(`${auth}/identities/${id}`, undefined, { method: 'DELETE', token })
}

async function lastWay(): Promise<Answer> {
  const { body } = await signInWith('google', newPerson())
  const token = body.access_token
  const list = await call<{ identities: { id: string }[] }>(`${auth}/identities`, undefined, {
    token,
  })
  return unlink(token, list.body.identities[0]?.id ?? '')
}

async function taken(): Promise<Answer> {
  const person = newPerson()
  await signInWith('google', person)
  const { access_token: token } = await preparedSignIn()
  return call(`${auth}/identities/google`, await nativeProof('google', person), { token })
}

async function disabled(): Promise<Answer> {
  const person = newPerson()
  await signInWith('google', person)
  await setUser(person.email, { status: 'disabled' })
  return signInWith('google', person) as Promise<Answer<never>>
}

async function takenAddress(): Promise<Answer<unknown>> {
  const { headers } = await newTenant({ emailVerification: false })
  const email = randomEmail()
  await call(`${auth}/register`, registration(email), { headers })
  return native('google', { email, email_verified: false }, headers)
}

/** A form that the callback takes, with a member twice. */
async function strangersForm(): Promise<Answer> {
  const begun = await begin('apple', await newApp())
  const { path } = await approve(begun, newPerson())
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded' }
  return call(path, undefined, { raw: 'state=1&state=2', headers })
}
