import { type Answer, call, password, randomEmail, randomPhone } from '../support/client.ts'

const auth = '/api/v1/auth'
const nobody = crypto.randomUUID()
const next = 'vexing plum harbour 42'

export interface Act {
  /** Does it as far as a session that is not good for it gets. */
  ask(token: string): Promise<Answer>
  /** Asked of a session of an account without a second factor that is old: null where nothing is. */
  old: 'aal1' | null
  /** Asked of a fresh one, where the account has a role that may not be without a factor. */
  promoted: 'aal2' | null
}

const usual = { old: 'aal1', promoted: 'aal2' } as const

/** Acts that change who can sign in, or take everything away. */
export const acts: Record<string, Act> = {
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
