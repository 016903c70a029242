import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../stack.ts'

const root = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'gatehouse-ports-'))
let databasePort = 0
const asked: string[] = []
const service = createServer((request, response) => {
  asked.push(request.url ?? '')
  const isThere = request.url?.startsWith('/api/v1/auth/forms?')
  response.writeHead(isThere ? 200 : 503, { 'Content-Type': 'application/json' }).end('{}')
})

beforeAll(async () => {
  databasePort = await freePort()
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve))
  const lines = [
    'PUBLIC_URL="http://127.0.0.1:8787"',
    'DATABASE_URL="postgres://gatehouse:gatehouse@127.0.0.1:54329/gatehouse"',
  ]
  writeFileSync(join(folder, '.dev.vars'), `${lines.join('\n')}\n`)
})

afterAll(() => {
  service.close()
  rmSync(folder, { recursive: true, force: true })
})

/** A command of package.json in a folder whose `.dev.vars` has the default ports; what it complains of. */
function complaintOf(script: string, args: string[] = [], typed = ''): Promise<string> {
  const { DATABASE_URL: _database, PUBLIC_URL: _url, ...env } = process.env
  const { port } = service.address() as AddressInfo
  const moved = { PORT: String(port), POSTGRES_PORT: String(databasePort), XDG_STATE_HOME: folder }
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [join(root, script), ...args],
      { cwd: folder, env: { ...env, ...moved } },
      (_error, _stdout, stderr) => resolve(stderr),
    )
    child.stdin?.end(typed)
  })
}

describe('where ports are moved', () => {
  it('migrations go to the database that was moved', async () => {
    expect(await complaintOf('dev/migrate.ts')).toContain(`127.0.0.1:${databasePort}`)
  })

  it('who asks how migrations are applied applies none', async () => {
    expect(await complaintOf('dev/migrate.ts', ['--help'])).toBe('')
  })

  it.each([
    ['dev/main.ts', 'dev'],
    ['dev/migrate.ts', 'migrate'],
    ['dev/keys.ts', 'keys'],
  ])('who gives %s an option that it has not hears where to read on', async (script, command) => {
    expect(await complaintOf(script, ['--hlep'])).toBe(
      `Unknown option '--hlep'. "npm run ${command} -- --help" lists what there is.\n`,
    )
  })

  it.each([
    ['create-owner', '--role', ['ada@example.com', '--role', 'owner']],
    ['disable', '--all', ['ada@example.com', '--all']],
    ['tenants', '--tenant', ['--tenant', 'default']],
    ['users', '--another', ['--status=active', '--another']],
  ])(
    'who gives %s the option %s, which others take, hears that it does not',
    async (name, option, args) => {
      expect(await complaintOf('dev/admin/main.ts', [name, ...args])).toBe(
        `"${name}" takes no option '${option}'.\nnpm run admin -- --help tells more.\n`,
      )
    },
  )

  it('a start that finds one taken names the others too, as they were moved', async () => {
    const told = await complaintOf('dev/main.ts')
    expect(told).toContain(`Port ${(service.address() as AddressInfo).port} (PORT) is taken`)
    expect(told).toContain(`POSTGRES_PORT=${databasePort} `)
  })

  it('administration goes to the database that was moved', async () => {
    const told = await complaintOf('dev/admin/main.ts', ['create-owner', 'ada@example.com'])
    expect(told).toContain(`127.0.0.1:${databasePort}`)
  })

  it('administration goes to the service that was moved', async () => {
    const told = await complaintOf('dev/admin/main.ts', ['users'], 'ada@example.com\npassword\n')
    expect(told).toContain(
      `Signing in to http://127.0.0.1:${(service.address() as AddressInfo).port}`,
    )
    expect(asked).toContain('/api/v1/auth/login')
  })
})
