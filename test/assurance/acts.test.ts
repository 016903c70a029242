import { describe, expect, it } from 'vitest'
import { addTotp } from '../support/authenticator.ts'
import {
  type Answer,
  call,
  newSession,
  password,
  randomEmail,
  randomPhone,
  type Tokens,
} from '../support/client.ts'
import { ageSession, setUser } from '../support/database.ts'
import { codeOf } from '../support/problem.ts'

const auth = '/api/v1/auth'
const nobody = crypto.randomUUID()
const next = 'vexing plum harbour 42'

interface Act {
  /** Does it as far as a session that is not good for it gets. */
  ask(token: string): Promise<Answer>
  /** Asked of a session of an account without a second factor that is old: null where nothing is. */
  old: 'aal1' | null
  /** Asked of a fresh one, where the account has a role that may not be without a factor. */
  promoted: 'aal2' | null
}

const usual = { old: 'aal1', promoted: 'aal2' } as const

const acts: Record<string, Act> = {
  'change the password': {
    ask: (token) => {
      const body = { current_password: password, new_password: next }
      return call(`${auth}/change-password`, body, { token, method: 'PUT' })
    },
    old: null,
    promoted: 'aal2',
  },
  'add a factor': {
    ask: (token) => call(`${auth}/mfa/enable`, { type: 'totp' }, { token }),
    old: 'aal1',
    promoted: null,
  },
  'add a key': {
    ask: (token) => call(`${auth}/webauthn/register/options`, { kind: 'passkey' }, { token }),
    old: 'aal1',
    promoted: null,
  },
  'remove a key': {
    ask: (token) =>
      call(`${auth}/webauthn/credentials/${nobody}`, undefined, { token, method: 'DELETE' }),
    ...usual,
  },
  'rename a key': {
    ask: (token) =>
      call(`${auth}/webauthn/credentials/${nobody}`, { name: 'Mine' }, { token, method: 'PATCH' }),
    ...usual,
  },
  'make new backup codes': {
    ask: (token) => call(`${auth}/mfa/backup-codes`, undefined, { token, method: 'POST' }),
    ...usual,
  },
  'link an identity': {
    ask: (token) => {
      const body = { code: `gho_${'A'.repeat(43)}`, code_verifier: 'b'.repeat(43) }
      return call(`${auth}/identities/google`, body, { token })
    },
    ...usual,
  },
  'change the address': {
    ask: (token) => call(`${auth}/me/email`, { email: randomEmail() }, { token }),
    ...usual,
  },
  'change the number': {
    ask: (token) => call(`${auth}/me/phone`, { phone_e164: randomPhone() }, { token }),
    ...usual,
  },
  'export the account': {
    ask: (token) => call(`${auth}/me/export`, undefined, { token }),
    ...usual,
  },
  'delete the account': {
    ask: (token) => call(`${auth}/me`, undefined, { token, method: 'DELETE' }),
    ...usual,
  },
  'unlink an identity': {
    ask: (token) => call(`${auth}/identities/${nobody}`, undefined, { token, method: 'DELETE' }),
    ...usual,
  },
}

/** The level that an answer asks for; null where the session was good enough. */
function askedBy(answer: Answer): unknown {
  if (codeOf(answer) !== 'STEP_UP_REQUIRED') return null
  expect(answer.status).toBe(403)
  const { required_acr: level, max_age: age } = answer.body
  expect(answer.headers.get('WWW-Authenticate')).toBe(
    `Bearer error="insufficient_user_authentication", acr_values="${level}", max_age="${age}"`,
  )
  expect(age).toBe(300)
  return level
}

describe.each(Object.entries(acts))('to %s', (_act, { ask, old, promoted }) => {
  it('a fresh session is enough where nobody asks for a second factor', async () => {
    const { access_token } = await newSession()
    expect(askedBy(await ask(access_token))).toBeNull()
  })

  it('an old one is not, unless the act brings its own proof', async () => {
    const { access_token, session_id } = await newSession()
    await ageSession(session_id, 301)
    expect(askedBy(await ask(access_token))).toBe(old)
  })

  it('a fresh one that has shown no second factor is not, where the account has one', async () => {
    const session = await newSession()
    await addTotp(session)
    expect(askedBy(await ask(session.access_token))).toBe('aal2')
  })

  it.each(['owner', 'admin'])(
    'who became %s and has no second factor gets one first',
    async (role) => {
      const { access_token, email } = await newSession()
      await setUser(email, { roles: ['member', role] })
      expect(askedBy(await ask(access_token))).toBe(promoted)
    },
  )
})

it.each(['owner', 'admin'])('who became %s raises nothing by a password', async (role) => {
  const { access_token: token, email, session_id } = await newSession()
  const show = () =>
    call<Tokens>(`${auth}/mfa/verify`, { type: 'password', code: password }, { token })
  await ageSession(session_id, 301)
  expect((await show()).status).toBe(200)
  await setUser(email, { roles: ['member', role] })
  const refused = await show()
  expect([refused.status, codeOf(refused)]).toEqual([401, 'MFA_CODE_INVALID'])
})
