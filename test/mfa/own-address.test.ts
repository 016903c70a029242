import { describe, expect, it } from 'vitest'
import { sentCode, verify } from '../methods/code/codes.ts'
import { call, randomEmail, randomPhone } from '../support/client.ts'
import { rows } from '../support/database.ts'
import { fieldCodes } from '../support/problem.ts'
import { newTenant } from '../support/tenant.ts'

const mfa = '/api/v1/auth/mfa'

/** Somebody whose account has come to be by a code, and who has nothing else to sign in by. */
async function newcomer(address: string) {
  const { headers } = await newTenant({ emailFactor: true })
  const { challenge, code } = await sentCode(address, {}, { headers })
  const { body } = await verify(challenge, code, {}, { headers })
  return { token: body.access_token, headers }
}

const ways = [
  ['number', randomPhone, ['sms', 'whatsapp']],
  ['mailbox', randomEmail, ['email']],
] as const

describe.each(ways)('the %s that a session has shown alone', (_, newAddress, types) => {
  it('is offered for no second factor, as the next sign-in would show it twice', async () => {
    const options = await newcomer(newAddress())
    const { body } = await call<{ mfa_types: string[] }>(`${mfa}/methods`, undefined, options)
    expect(body.mfa_types).toEqual(expect.arrayContaining(['totp', 'webauthn']))
    for (const type of types) expect(body.mfa_types).not.toContain(type)
  })

  it.each(types)('is bound as none, by %s', async (type) => {
    const address = newAddress()
    const options = await newcomer(address)
    const answer = await call(`${mfa}/enable`, { type }, options)
    expect([answer.status, fieldCodes(answer)]).toEqual([422, ['type FACTOR_NOT_AVAILABLE']])
    expect(await rows('select 1 from outbox where recipient = $1', [address])).toHaveLength(1)
  })
})
