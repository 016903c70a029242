import { type Client, createClient, isGatehouseError, stateOf } from '../../sdk/src/index.ts'
import { keptSession } from './kept-session.ts'
import type { Terminal } from './terminal.ts'

export interface Service {
  /** Origin of it. */
  url: string
  /** Slug. */
  tenant: string
}

/** Codes that can be typed; a passkey answers to a page only. In the order in which they are wanted. */
const typable = ['totp', 'sms', 'whatsapp', 'email', 'backup_code'] as const
type Typable = (typeof typable)[number]

/** How often a code may be mistyped before the command gives up. */
const tries = 3

/** A client of the service, not signed in to anything yet. */
export function clientOf({ url, tenant }: Service): Client {
  return createClient({ baseUrl: url, tenant, storage: keptSession(url, tenant), timeout: 60_000 })
}

/** The same, signed in: by the session of the last command, or by what is asked for now. */
export async function signedIn(service: Service, terminal: Terminal): Promise<Client> {
  const client = clientOf(service)
  client.onStepUp(async () => {
    terminal.note('This asks for a fresh proof of who you are.')
    const { methods, backup_codes_left: left } = await client.mfa.methods()
    const types = [...methods.map(({ type }) => type), ...(left > 0 ? ['backup_code'] : [])]
    const { type, send } = chosen(types)
    if (send) await client.mfa.challenge({ type })
    await untilRight(terminal, type, (code) => client.mfa.verify(code))
    return true
  })
  if (!(await client.restore())) await signIn(client, service, terminal)
  return client
}

async function signIn(client: Client, { url, tenant }: Service, terminal: Terminal): Promise<void> {
  terminal.note(`Signing in to ${url}, tenant ${tenant}.`)
  // Nobody types a password in vain, be the service down or the tenant misspelt.
  await client.forms.get({ name: 'login' })
  const email = await terminal.ask('E-mail: ')
  const password = await terminal.ask('Password: ', { hidden: true })
  const result = await client.login({ email, password })
  if (stateOf(result) === 'enrollment') {
    throw new Error(
      `Administrators need a second factor. Sign in once at ${url}/login and set up an authenticator app.`,
    )
  }
  if (!('mfa_token' in result)) return
  const { mfa_token, mfa_types } = result
  const { type, send } = chosen(mfa_types)
  if (send) await client.mfa.challenge({ mfa_token, type })
  await untilRight(terminal, type, (code) => client.mfa.verify({ mfa_token, ...code }))
}

function chosen(types: readonly string[]): { type: Typable; send: boolean } {
  const type = typable.find((known) => types.includes(known))
  if (!type) {
    throw new Error(
      'A passkey cannot be used here: set up an authenticator app on the account page.',
    )
  }
  return { type, send: type !== 'totp' && type !== 'backup_code' }
}

/** Six digits are a code of the type; anything longer is a backup code, whatever was asked for. */
async function untilRight(
  terminal: Terminal,
  type: Typable,
  verify: (code: { type: Typable; code: string }) => Promise<unknown>,
): Promise<void> {
  for (let left = tries; ; left -= 1) {
    const code = await terminal.ask(
      type === 'backup_code' ? 'Backup code: ' : 'Code, or a backup code: ',
    )
    try {
      await verify({ type: /^\d{6}$/.test(code) ? type : 'backup_code', code })
      return
    } catch (error) {
      if (left === 1 || !isGatehouseError(error, 'MFA_CODE_INVALID')) throw error
      terminal.note('That code is not right.')
    }
  }
}
