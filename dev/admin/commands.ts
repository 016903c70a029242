import { existsSync } from 'node:fs'
import type { Client } from '../../sdk/src/index.ts'
import { importFile, told } from './import.ts'
import { clientOf, type Service, signedIn } from './signed-in.ts'
import type { Terminal } from './terminal.ts'
import { idOf, listUsers, type Search } from './users.ts'
import { verifyTrail } from './verify.ts'

export interface Given {
  operands: string[]
  values: { status?: string; role?: string; all: boolean; another: boolean }
  terminal: Terminal
  service: Service
  databaseUrl: string
}

const ofService = ['tenant', 'url'] as const
type Option = (typeof ofService)[number] | keyof Given['values']

interface Command {
  usage: string
  about: string
  /** At least and at most so many words after the name. */
  operands: readonly [number, number]
  options: readonly Option[]
  /** Answers the exit code. */
  run(given: Given): Promise<number>
}

/** A command that is not used as its help says. */
export class Misused extends Error {}

export const commands: Record<string, Command> = {
  'create-owner': {
    usage: 'create-owner EMAIL',
    about: 'the first owner of a tenant; prints a link to choose a password',
    operands: [1, 1],
    options: [...ofService, 'another'],
    async run({ operands: [email = ''], values, terminal, service, databaseUrl }) {
      // Only here: the other commands need nothing of the service's own code, which is long to load.
      const { createOwner } = await import('./create-owner.ts')
      const owner = { email, isAnother: values.another }
      const link = await createOwner(needed(databaseUrl, 'DATABASE_URL'), reached(service), owner)
      terminal.note(
        'The account is owner. Whoever opens this link within the hour chooses its password:',
      )
      terminal.say(link)
      return 0
    },
  },
  tenants: {
    usage: 'tenants',
    about: 'every tenant, with its accounts and owners',
    operands: [0, 0],
    options: [],
    async run({ terminal, databaseUrl }) {
      const { tenantLines } = await import('./tenants.ts')
      const lines = await tenantLines(needed(databaseUrl, 'DATABASE_URL'))
      for (const line of lines) terminal.say(line)
      return 0
    },
  },
  'sign-in': {
    usage: 'sign-in',
    about: 'begins the session that the other commands use',
    operands: [0, 0],
    options: ofService,
    async run(given) {
      const client = await clientFor(given)
      const { email, roles } = await client.me.get()
      given.terminal.say(`Signed in as ${email} (${roles.join(', ')}).`)
      return 0
    },
  },
  'sign-out': {
    usage: 'sign-out',
    about: 'ends it',
    operands: [0, 0],
    options: ofService,
    async run({ service, terminal }) {
      const client = clientOf(reached(service))
      const isSignedIn = await client.restore()
      if (isSignedIn) await client.logout()
      terminal.say(isSignedIn ? 'Signed out.' : 'Nobody was signed in.')
      return 0
    },
  },
  users: {
    usage: 'users [BEGINNING]',
    about: 'accounts whose address, number or name begins so',
    operands: [0, 1],
    options: [...ofService, 'status', 'role', 'all'],
    async run(given) {
      const { operands, values, terminal } = given
      const { status, role } = values
      const search = { ...(operands[0] ? { q: operands[0] } : {}), status, role }
      // What no such search has is refused by the service, by name.
      await listUsers(await clientFor(given), search as Search, values.all, terminal)
      return 0
    },
  },
  disable: onAccount('disable', 'shuts an account, and ends its sessions', (client, id) =>
    client.admin.changeUser(id, { status: 'disabled' }),
  ),
  enable: onAccount('enable', 'opens it again', (client, id) =>
    client.admin.changeUser(id, { status: 'active' }),
  ),
  revoke: onAccount('revoke', 'ends every session of an account', (client, id) =>
    client.admin.endSessions(id),
  ),
  reset: onAccount('reset', 'mails its holder a link to choose a new password', (client, id) =>
    client.admin.startReset(id),
  ),
  import: {
    usage: 'import FILE',
    about: 'takes over accounts, a line of JSON each; goes on where it was broken off',
    operands: [1, 1],
    options: ofService,
    async run(given) {
      const { terminal, service } = given
      const [file = ''] = given.operands
      if (!existsSync(file)) throw new Error(`There is no file ${file}.`)
      const counts = await importFile(await clientFor(given), service, file, terminal)
      terminal.note('')
      terminal.say(told(counts))
      if (counts.refused > 0) terminal.note(`The refused lines and why: ${counts.refusedFile}`)
      return counts.refused > 0 ? 3 : 0
    },
  },
  verify: {
    usage: 'verify',
    about: 'checks the audit trail of all tenants against its seals',
    operands: [0, 0],
    options: ofService,
    async run(given) {
      return (await verifyTrail(await clientFor(given), given.terminal)) ? 0 : 3
    },
  },
}

function onAccount(
  name: string,
  about: string,
  act: (client: Client, id: string) => Promise<unknown>,
): Command {
  return {
    usage: `${name} EMAIL|ID`,
    about,
    operands: [1, 1],
    options: ofService,
    async run(given) {
      const client = await clientFor(given)
      await act(client, await idOf(client, given.operands[0]))
      given.terminal.say('Done.')
      return 0
    },
  }
}

function clientFor({ service, terminal }: Given): Promise<Client> {
  return signedIn(reached(service), terminal)
}

function reached(service: Service): Service {
  const { protocol, hostname } = new URL(needed(service.url, 'PUBLIC_URL'))
  const isHere = ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
  if (protocol !== 'https:' && !isHere) {
    throw new Error(`${service.url} is not encrypted: a password would be readable on its way.`)
  }
  return service
}

function needed(value: string, name: string): string {
  if (!value) throw new Error(`Set ${name}, in the environment or in .dev.vars.`)
  return value
}
