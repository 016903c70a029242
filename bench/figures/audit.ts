import pg from 'pg'
import { Connection } from '../client/connection.ts'
import { request } from '../client/request.ts'
import type { FloorName, Lab } from '../lab.ts'
import { cpuMs } from '../processes/process-stat.ts'
import { interleave, median, medianRatio } from '../statistics.ts'
import type { Row } from '../table.ts'

const sizes = { quick: { rounds: 4, rows: 20_000 }, full: { rounds: 7, rows: 100_000 } }

/** The check of the whole audit trail, rows a second: read, hashed, chain of seals. */
export async function audit(lab: Lab): Promise<Row[]> {
  const { connectionString } = await lab.stack()
  const { ports, pid } = await lab.floors()
  const size = lab.settings.quick ? sizes.quick : sizes.full
  await writeEvents(connectionString, size.rows)
  await ask(ports.sealTrail)

  const round = (name: FloorName) => async (): Promise<Round> => {
    const [started, cpu] = [performance.now(), cpuMs(pid)]
    const { rows } = JSON.parse(await ask(ports[name])) as { rows: number }
    if (!(rows >= size.rows)) throw new Error(`${name} saw ${rows} of ${size.rows} rows.`)
    return {
      perSecond: (rows / (performance.now() - started)) * 1_000,
      perCpuSecond: (rows / (cpuMs(pid) - cpu)) * 1_000,
    }
  }
  const rounds = await interleave(size.rounds, {
    verify: round('verifyTrail'),
    read: round('readTrail'),
  })
  const of = (name: 'verify' | 'read', figure: keyof Round) =>
    (rounds[name] ?? []).slice(1).map((one) => one[figure])
  const share = medianRatio(of('verify', 'perSecond'), of('read', 'perSecond'))
  return [
    {
      name: 'rows of the audit trail verified',
      value: median(of('verify', 'perSecond')),
      unit: '/s',
      floor: { value: median(of('read', 'perSecond')), what: '/s read and parsed alone' },
      judged: median(of('verify', 'perSecond')),
      bar: { kind: 'at least', value: 50_000, unit: '/s' },
      note: `${size.rows} rows with sealed origins, all of them in each of ${size.rounds - 1} rounds; ${Math.round(share * 100)} % of the floor`,
    },
    {
      name: '… in a second of the CPU of workerd',
      value: median(of('verify', 'perCpuSecond')),
      unit: '/s',
      floor: { value: median(of('read', 'perCpuSecond')), what: '/s read and parsed alone' },
      judged: median(of('verify', 'perCpuSecond')),
      note: 'what the Worker itself takes, whatever else this machine does: database and endpoint are other processes',
    },
  ]
}

interface Round {
  perSecond: number
  perCpuSecond: number
}

/** Sign-ins of the accounts that are there, as the service writes them. */
async function writeEvents(connectionString: string, count: number): Promise<void> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    await client.query(
      `insert into audit_events (id, tenant_id, user_id, session_id, action, outcome, reason, origin, request_id, details)
        select uuidv7(), u.tenant_id, u.id, uuidv7(), 'session.opened', 'success', 'password',
          audit_origin_sealed(u.id, jsonb_build_object('ip_prefix', '203.0.113.7', 'country', 'BD', 'user_agent',
            'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36')),
          uuidv7()::text, jsonb_build_object('method', 'password', 'n', n)
        from generate_series(1, $1::int) n
          join (select *, row_number() over (order by id) as place from users) u
            on u.place = 1 + n % (select count(*) from users)`,
      [count],
    )
    await client.query('analyze audit_events')
  } finally {
    await client.end()
  }
}

async function ask(port: number): Promise<string> {
  const connection = await Connection.open(port)
  const { status, body } = await connection.send(request('/'))
  connection.cut()
  if (status !== 200) throw new Error(`${status} ${body.slice(0, 300)}`)
  return body
}
