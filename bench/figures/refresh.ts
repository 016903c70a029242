import { Connection } from '../client/connection.ts'
import { type Load, runLoad } from '../client/load.ts'
import { request } from '../client/request.ts'
import type { Lab } from '../lab.ts'
import { cpuMs } from '../processes/process-stat.ts'
import type { Workerd } from '../processes/workerd.ts'
import { interleave, median, medianRatio } from '../statistics.ts'
import type { Row } from '../table.ts'
import { signInRequest } from './sign-in.ts'

const clients = 8
/**
 * Each is warm before it is measured, as V8 compiles for some ten seconds; and nobody's turn is long, as a machine's pace
 * changes within seconds. The full run begins four times anew: where a process has its code and its memory makes it up to
 * a tenth faster or slower than another one with the same program, for as long as it lives.
 */
const sizes = {
  quick: { casts: 1, rounds: 10, seconds: 0.5, warmUp: 3 },
  full: { casts: 4, rounds: 14, seconds: 0.5, warmUp: 10 },
}

/** Who is asked what. */
interface Contest extends Pick<Load, 'port' | 'next' | 'seen'> {
  pid: number
}

interface Round {
  perSecond: number
  /** CPU time of workerd for each request, in milliseconds. */
  cpuMs: number
  clientShare: number
}

type Contender = 'refreshes' | 'reads' | 'updates' | 'signed'
type Rounds = Record<Contender, Round[]>

/**
 * Refreshes against one statement that reads one row, through the same endpoint. A refresh writes, commits and signs as
 * well, so the same is asked of a statement that changes one row, without and with a signature.
 */
export async function refresh(lab: Lab): Promise<Row[]> {
  const { casts, rounds, seconds, warmUp } = lab.settings.quick ? sizes.quick : sizes.full
  const all: Rounds = { refreshes: [], reads: [], updates: [], signed: [] }
  for (let cast = 0; cast < casts; cast += 1) {
    const started: Workerd[] = []
    try {
      const contests = await newContests(lab, started)
      for (const contest of Object.values(contests)) await measure(contest, warmUp)
      const measured = await interleave<Round>(
        rounds,
        Object.fromEntries(
          Object.entries(contests).map(([name, contest]) => [
            name,
            () => measure(contest, seconds),
          ]),
        ),
      )
      for (const name of Object.keys(all) as Contender[]) all[name].push(...(measured[name] ?? []))
    } finally {
      for (const process of started) await process.stop()
    }
  }
  return rows(all)
}

/** A process for each: in one of several, a contender would be warm by what the others do. All are listed for their end. */
async function newContests(lab: Lab, started: Workerd[]): Promise<Record<Contender, Contest>> {
  // As it is deployed: what an answer cost is shown to developers only.
  const gatehouse = await listed(lab.gatehouse({ SERVER_TIMING: 'off' }))
  const read = await listed(lab.floor('neonRead'))
  const update = await listed(lab.floor('neonUpdate'))
  const signed = await listed(lab.floor('neonUpdateSigned'))
  const sessions = await openSessions(gatehouse.ports.default)
  const user = sessions[0]?.user
  const touch = (client: number) => request(`/?id=${sessions[client]?.id}`)

  return {
    refreshes: {
      pid: gatehouse.pid,
      port: gatehouse.ports.default,
      next: (client) =>
        request('/api/v1/auth/refresh', {
          body: { refresh_token: sessions[client]?.refreshToken },
        }),
      seen: (client, { body }) => {
        const session = sessions[client]
        if (session) session.refreshToken = refreshTokenIn(body)
      },
    },
    reads: { pid: read.pid, port: read.ports.neonRead, next: () => request(`/?id=${user}`) },
    updates: { pid: update.pid, port: update.ports.neonUpdate, next: touch },
    signed: { pid: signed.pid, port: signed.ports.neonUpdateSigned, next: touch },
  }

  async function listed<T extends Workerd>(starting: Promise<T>): Promise<T> {
    const process = await starting
    started.push(process)
    return process
  }
}

async function measure({ pid, ...load }: Contest, seconds: number): Promise<Round> {
  const before = cpuMs(pid)
  const { perSecond, requests, clientShare } = await runLoad({ ...load, clients, seconds })
  return { perSecond, clientShare, cpuMs: (cpuMs(pid) - before) / requests }
}

function rows({ refreshes, reads, updates, signed }: Rounds): Row[] {
  const of = (rounds: Round[], name: keyof Round) => rounds.map((round) => round[name])
  const share = (floor: Round[]) => medianRatio(of(refreshes, 'perSecond'), of(floor, 'perSecond'))
  const cpu = [refreshes, reads].map((rounds) => median(of(rounds, 'cpuMs')).toFixed(2))
  const client = Math.round(median(of(refreshes, 'clientShare')) * 100)
  return [
    {
      name: 'refreshes',
      value: median(of(refreshes, 'perSecond')),
      unit: '/s',
      floor: { value: median(of(reads, 'perSecond')), what: '/s bare Neon reads' },
      judged: share(reads) * 100,
      bar: { kind: 'at least', value: 60, unit: '%' },
      note: `${clients} clients, ${refreshes.length} rounds; workerd spends ${cpu[0]} ms on a refresh, ${cpu[1]} ms on a read; the client takes ${client} % of a core. A read neither writes nor commits nor signs: the lines below compare with what does`,
    },
    beside('a bare update', '/s bare Neon updates', updates),
    beside('a bare update and signature', '/s bare Neon updates with an ES256 signature', signed),
  ]

  function beside(name: string, what: string, floor: Round[]): Row {
    const percent = share(floor) * 100
    const rate = median(of(floor, 'perSecond'))
    return {
      name: `refreshes beside ${name}`,
      value: percent,
      unit: '%',
      floor: { value: rate, what },
      judged: percent,
    }
  }
}

async function openSessions(port: number) {
  const connection = await Connection.open(port)
  const sessions: { id: string; refreshToken: string; user: string }[] = []
  for (let client = 0; client < clients; client += 1) {
    const { body } = await connection.send(signInRequest(client))
    const { user, session_id: id } = JSON.parse(body) as {
      user: { id: string }
      session_id: string
    }
    sessions.push({ id, refreshToken: refreshTokenIn(body), user: user.id })
  }
  connection.cut()
  return sessions
}

/** Found in the text, as what the client does with an answer is done on the same two cores. */
function refreshTokenIn(body: string): string {
  const token = /"refresh_token":"([^"]+)"/.exec(body)?.[1]
  if (!token) throw new Error(`An answer without a refresh token: ${body.slice(0, 300)}`)
  return token
}
