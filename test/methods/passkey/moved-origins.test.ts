import { expect, it } from 'vitest'
import { call, signIn } from '../../support/client.ts'
import { newKey, type Options } from '../../support/key.ts'
import { loginOptions, loginVerify, register, registerOptions } from '../../support/passkey.ts'
import { preparedUserIn } from '../../support/prepared.ts'
import { changeSettings, newTenant } from '../../support/tenant.ts'

const auth = '/api/v1/auth'
/** Of this file alone: an origin that any tenant lists is one that a preflight allows. */
const elsewhere = 'https://moved-origins.example'

/** A person with a key, in a tenant that takes signatures of another page too. */
async function keyed() {
  const tenant = await newTenant({ allowedOrigins: [elsewhere] })
  const { headers } = tenant
  const email = await preparedUserIn(tenant)
  const { body } = await signIn(email, { headers })
  const key = await newKey()
  expect((await register(body.access_token, key, 'passkey', {}, headers)).status).toBe(201)
  return { tenant, headers, email, key, token: body.access_token }
}

/** What an isolate remembers still takes the page. */
const takeOff = (tenant: Awaited<ReturnType<typeof newTenant>>) =>
  changeSettings(tenant, { allowedOrigins: [] }, 'not told')

it.each([
  ['is taken as long as it stands on the list', false, 200],
  ['is not taken once it was taken off, whatever an isolate remembers', true, 400],
])('a sign-in by a key from another page %s', async (_name, isOff, status) => {
  const { tenant, headers, key } = await keyed()
  const options = await loginOptions(undefined, { headers })
  if (isOff) await takeOff(tenant)
  const credential = await key.get(options, { origin: elsewhere })
  expect((await loginVerify(options, credential, { headers })).status).toBe(status)
})

it('the same as a second factor, and to raise a session', async () => {
  const { tenant, headers, email, key, token } = await keyed()
  const { body } = await signIn(email, { headers })
  const { mfa_token } = body as unknown as { mfa_token: string }
  const type = 'webauthn'
  const ask = (shown: object, how: object) =>
    call<Options>(`${auth}/mfa/challenge`, { type, ...shown }, { headers, ...how })
  const second = (await ask({ mfa_token }, {})).body
  const raise = (await ask({}, { token })).body
  await takeOff(tenant)
  const show = async (options: Options, shown: object, how: object) => {
    const credential = await key.get(options, { origin: elsewhere })
    return call(`${auth}/mfa/verify`, { type, credential, ...shown }, { headers, ...how })
  }
  expect((await show(raise, {}, { token })).status).toBeGreaterThanOrEqual(400)
  expect((await show(second, { mfa_token }, {})).status).toBeGreaterThanOrEqual(400)
})

it('no key is bound from such a page', async () => {
  const tenant = await newTenant({ allowedOrigins: [elsewhere] })
  const { headers } = tenant
  const { body } = await signIn(await preparedUserIn(tenant), { headers })
  const options = await registerOptions(body.access_token, 'passkey', { headers })
  await takeOff(tenant)
  const key = await newKey()
  const credential = await key.create(options.body, { origin: elsewhere })
  const how = { headers, token: body.access_token }
  const bound = await call(`${auth}/webauthn/register/verify`, { credential }, how)
  expect(bound.status).toBe(400)
})
