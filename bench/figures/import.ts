import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { batchesOf } from '../../dev/admin/batches.ts'
import { importFile } from '../../dev/admin/import.ts'
import { type Client, createClient } from '../../sdk/src/index.ts'
import { nextAddress } from '../client/request.ts'
import type { Lab } from '../lab.ts'
import { memoryMiB } from '../processes/process-stat.ts'
import { emailOf, password } from '../processes/users.ts'
import type { Row } from '../table.ts'
import { collect } from './memory.ts'

const sizes = { quick: 10_000, full: 100_000 }

/**
 * Accounts of another service taken over by the command of the terminal, batch by batch, against bare inserts; and the
 * same with the Worker killed in the middle.
 */
export async function imports(lab: Lab): Promise<Row[]> {
  const { connectionString } = await lab.stack()
  const floors = await lab.floors()
  const count = lab.settings.quick ? sizes.quick : sizes.full
  const database = new pg.Client({ connectionString })
  await database.connect()
  try {
    await database.query('create table if not exists bench_users (like users including all)')
    const bare = await insertBare(floors.ports.neonInsert, peopleIn(lab.folder, 'bare', count))
    const whole = await importWhole(lab, database, count)
    const killed = await importKilled(lab, database, count)
    return [
      {
        name: `accounts imported, ${count}`,
        value: whole.perSecond,
        unit: '/s',
        floor: { value: bare, what: '/s bare inserts of 1,000' },
        judged: (whole.perSecond / bare) * 100,
        note: `with a bcrypt hash each, one batch after the other; ${Math.round((whole.perSecond / bare) * 100)} % of the floor, which writes neither credentials nor a trail`,
      },
      {
        name: 'memory of workerd after them',
        value: whole.memory.after,
        unit: 'MiB',
        floor: { value: whole.memory.before, what: 'MiB after the first batch' },
        judged: whole.memory.after - whole.memory.before,
        note: 'of the whole process, after a full collection of its heap',
      },
      {
        name: 'lost or doubled, Worker killed in the middle',
        value: killed.wrong,
        unit: 'accounts',
        judged: killed.wrong,
        bar: { kind: 'at most', value: 0, unit: 'accounts' },
        note: `${killed.there} of ${count} were there already when their batch was sent again; run once more, the import made ${killed.again} new ones`,
      },
    ]
  } finally {
    await database.query(`update users set roles = '{member}' where email = $1`, [emailOf(0)])
    await database.end()
  }
}

async function insertBare(port: number, file: string): Promise<number> {
  const started = performance.now()
  let created = 0
  for await (const { text } of batchesOf(file, 0)) {
    const answer = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: text })
    created += ((await answer.json()) as { created: number }).created
  }
  return (created / (performance.now() - started)) * 1_000
}

async function importWhole(lab: Lab, database: pg.Client, count: number) {
  const gatehouse = await lab.collectedGatehouse()
  try {
    const client = await administrator(() => gatehouse.ports.default, database)
    await run(client, peopleIn(lab.folder, 'first', 1_000))
    await collect(gatehouse)
    const before = memoryMiB(gatehouse.pid)
    const started = performance.now()
    const { created } = await run(client, peopleIn(lab.folder, 'whole', count))
    const perSecond = (created / (performance.now() - started)) * 1_000
    await collect(gatehouse)
    return { perSecond, memory: { before, after: memoryMiB(gatehouse.pid) } }
  } finally {
    await gatehouse.stop()
  }
}

/** The Worker dies with a batch in its hands, at three moments of a statement; another takes its place. */
async function importKilled(lab: Lab, database: pg.Client, count: number) {
  let gatehouse = await lab.gatehouse()
  try {
    const batches = count / 1_000
    const deaths = [1, 2, 3].map((quarter) => Math.ceil((quarter * batches) / 4))
    let sent = 0
    const client = await administrator(
      () => gatehouse.ports.default,
      database,
      async () => {
        sent += 1
        const death = deaths.indexOf(sent)
        if (death < 0) return
        await new Promise((resolve) => setTimeout(resolve, 40 + 60 * death))
        process.kill(gatehouse.pid, 'SIGKILL')
        gatehouse = await lab.gatehouse()
      },
    )
    const file = peopleIn(lab.folder, 'killed', count)
    const { exists } = await run(client, file)
    const again = await run(client, file)
    const { rows } = await database.query<{ accounts: number; told: number }>(
      `select count(distinct u.id)::int as accounts, count(e.id)::int as told from users u
        left join audit_events e on e.user_id = u.id and e.action = 'account.imported'
        where u.email like 'killed-%'`,
    )
    const { accounts = 0, told = 0 } = rows[0] ?? {}
    const wrong = Math.abs(accounts - count) + Math.abs(told - count)
    return { wrong, there: exists, again: again.created }
  } finally {
    await gatehouse.stop()
  }
}

function run(client: Client, file: string) {
  const silent = { note: () => undefined, progress: () => undefined }
  return importFile(client, { url: 'bench', tenant: 'default' }, file, silent)
}

/** A client whose session stands for one with a second factor; `onImport` looks on while a batch is under way. */
async function administrator(
  port: () => number,
  database: pg.Client,
  onImport: () => Promise<void> = async () => undefined,
): Promise<Client> {
  const send: typeof fetch = async (input, init) => {
    const { pathname } = new URL(String(input))
    const headers = new Headers(init?.headers)
    headers.set('CF-Connecting-IP', nextAddress())
    const answer = fetch(`http://127.0.0.1:${port()}${pathname}`, { ...init, headers })
    answer.catch(() => undefined)
    if (pathname.endsWith('/import')) await onImport()
    return answer
  }
  const client = createClient({ baseUrl: 'http://localhost', fetch: send, timeout: 60_000 })
  // Whoever has a role is asked for a second factor at the next sign-in.
  await database.query(`update users set roles = '{member}' where email = $1`, [emailOf(0)])
  const tokens = await client.login({ email: emailOf(0), password })
  if (!('session_id' in tokens)) throw new Error('The account of the bench has a second factor.')
  await database.query(`update users set roles = '{member,owner}' where id = $1`, [tokens.user.id])
  await database.query(`update sessions set acr = 'aal2' where id = $1`, [tokens.session_id])
  return client
}

function peopleIn(folder: string, name: string, count: number): string {
  const file = join(folder, `${name}.ndjson`)
  const lines = Array.from({ length: count }, (_, n) => {
    const hash = `$2b$10$${randomBytes(40).toString('base64url').replace(/[-_]/g, '.').slice(0, 53)}`
    return JSON.stringify({
      email: `${name}-${n}@example.com`,
      email_verified: true,
      first_name: 'Ada',
      last_name: 'Lovelace',
      password_hash: { algorithm: 'bcrypt', hash },
    })
  })
  writeFileSync(file, `${lines.join('\n')}\n`)
  return file
}
