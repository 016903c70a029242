import { parseArgs } from 'node:util'
import { isGatehouseError } from '../../sdk/src/index.ts'
import { commandVariables } from '../variables.ts'
import { commands, type Given, Misused } from './commands.ts'
import { openTerminal } from './terminal.ts'

const HELP = `Administration from a terminal.

${Object.values(commands)
  .map(({ usage, about }) => `  npm run admin -- ${usage.padEnd(27)} ${about}`)
  .join('\n')}

  --tenant SLUG   of all but "tenants": another tenant than "default"
  --url ORIGIN    of all but "tenants": the service; otherwise PUBLIC_URL, of the environment or of
                  .dev.vars, where PORT and POSTGRES_PORT move the addresses as they do for "npm run dev"
  --status STATUS, --role ROLE, --all   of "users": pending, active, disabled or deleted; owner, admin or
                  member; and not only the newest
  --another       of "create-owner": also where there is an owner

"create-owner" and "tenants" work on the database of DATABASE_URL. Everything else goes through the
service, signed in as one of its administrators: it asks for e-mail, password and a code, and keeps
the session in ~/.local/state/gatehouse until "sign-out". Where nobody types, the answers are read
from standard input, one a line.

Exit codes: 0 done; 1 refused or failed; 2 wrong use; 3 done, and something is not in order (lines
of an import were refused, the trail does not hold).`

async function main(): Promise<number> {
  const { values, positionals, tokens } = parseGiven()
  const [name = '', ...operands] = positionals
  if (values.help || name === '') {
    console.log(HELP)
    return name === '' && !values.help ? 2 : 0
  }
  const command = commands[name]
  if (!command) throw new Misused(`There is no command "${name}".`)
  if (operands.length < command.operands[0] || operands.length > command.operands[1]) {
    throw new Misused(`npm run admin -- ${command.usage}`)
  }
  const taken: readonly string[] = command.options
  const idle = tokens.find((token) => token.kind === 'option' && !taken.includes(token.name))
  if (idle?.kind === 'option') throw new Misused(`"${name}" takes no option '${idle.rawName}'.`)

  const variables = commandVariables()
  const url = (values.url ?? variables.PUBLIC_URL ?? '').replace(/\/+$/, '')
  const terminal = openTerminal()
  const given: Given = {
    operands,
    values,
    terminal,
    service: { url, tenant: values.tenant },
    databaseUrl: variables.DATABASE_URL ?? '',
  }
  return command.run(given).finally(() => terminal.close())
}

function parseGiven() {
  try {
    return parseArgs({
      allowPositionals: true,
      tokens: true,
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        url: { type: 'string' },
        tenant: { type: 'string', default: 'default' },
        status: { type: 'string' },
        role: { type: 'string' },
        all: { type: 'boolean', default: false },
        another: { type: 'boolean', default: false },
      },
    })
  } catch (error) {
    throw new Misused((error as Error).message)
  }
}

/** A refusal with its code, its fields, and the id by which the operator finds it in the log. */
function told(error: unknown): string {
  if (!isGatehouseError(error)) return error instanceof Error ? error.message : String(error)
  if (error.code === 'NETWORK_ERROR') {
    return 'Nothing answers at the address of the service (PUBLIC_URL, or --url). Is it running? PORT moves the local one.'
  }
  const fields = error.errors.map(({ field, message }) => `\n  ${field}: ${message}`).join('')
  const request = error.requestId ? ` (request ${error.requestId})` : ''
  return `${error.code}: ${error.message}${request}${fields}`
}

main().then(
  (code) => {
    process.exitCode = code
  },
  (error: unknown) => {
    console.error(told(error))
    if (error instanceof Misused) console.error('npm run admin -- --help tells more.')
    process.exitCode = error instanceof Misused ? 2 : 1
  },
)
