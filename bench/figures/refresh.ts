import { Connection } from '../client/connection.ts'
import { runLoad } from '../client/load.ts'
import { request } from '../client/request.ts'
import type { Lab } from '../lab.ts'
import { cpuMs } from '../processes/process-stat.ts'
import { interleave, median, medianRatio } from '../statistics.ts'
import type { Row } from '../table.ts'
import { signInRequest } from './sign-in.ts'

const clients = 8
const sizes = { quick: { rounds: 4, seconds: 1.5 }, full: { rounds: 9, seconds: 2.5 } }

interface Round {
  perSecond: number
  /** CPU time of workerd for each request, in milliseconds. */
  cpuMs: number
  clientShare: number
}

/** Refreshes against one statement that reads one row, through the same endpoint. */
export async function refresh(lab: Lab): Promise<Row[]> {
  const gatehouse = await lab.gatehouse()
  const floors = await lab.floors()
  const { rounds, seconds } = lab.settings.quick ? sizes.quick : sizes.full
  const sessions = await openSessions(gatehouse.ports.default)
  const id = sessions[0]?.user

  async function measure(pid: number, load: Parameters<typeof runLoad>[0]): Promise<Round> {
    const before = cpuMs(pid)
    const { perSecond, requests, clientShare } = await runLoad(load)
    return { perSecond, clientShare, cpuMs: (cpuMs(pid) - before) / requests }
  }

  try {
    const { refreshes = [], reads = [] } = await interleave(rounds, {
      refreshes: () =>
        measure(gatehouse.pid, {
          port: gatehouse.ports.default,
          clients,
          seconds,
          next: (client) =>
            request('/api/v1/auth/refresh', {
              body: { refresh_token: sessions[client]?.refreshToken },
            }),
          seen: (client, { body }) => {
            const session = sessions[client]
            if (session) session.refreshToken = refreshTokenIn(body)
          },
        }),
      reads: () =>
        measure(floors.pid, {
          port: floors.ports.neonRead,
          clients,
          seconds,
          next: () => request(`/?id=${id}`),
        }),
    })
    return rows(refreshes.slice(1), reads.slice(1))
  } finally {
    await gatehouse.stop()
  }
}

function rows(refreshes: Round[], reads: Round[]): Row[] {
  const of = (rounds: Round[], name: keyof Round) => rounds.map((round) => round[name])
  const ratio = medianRatio(of(refreshes, 'perSecond'), of(reads, 'perSecond'))
  const cpu = [refreshes, reads].map((rounds) => median(of(rounds, 'cpuMs')).toFixed(2))
  const share = Math.round(median(of(refreshes, 'clientShare')) * 100)
  return [
    {
      name: 'refreshes',
      value: median(of(refreshes, 'perSecond')),
      unit: '/s',
      floor: { value: median(of(reads, 'perSecond')), what: '/s bare Neon reads' },
      judged: ratio * 100,
      bar: { kind: 'at least', value: 60, unit: '%' },
      note: `${clients} clients, ${refreshes.length} rounds; workerd spends ${cpu[0]} ms on a refresh, ${cpu[1]} ms on a read; the client takes ${share} % of a core`,
    },
  ]
}

async function openSessions(port: number) {
  const connection = await Connection.open(port)
  const sessions: { refreshToken: string; user: string }[] = []
  for (let client = 0; client < clients; client += 1) {
    const { body } = await connection.send(signInRequest(client))
    const { user } = JSON.parse(body) as { user: { id: string } }
    sessions.push({ refreshToken: refreshTokenIn(body), user: user.id })
  }
  connection.cut()
  return sessions
}

function refreshTokenIn(body: string): string {
  return (JSON.parse(body) as { refresh_token: string }).refresh_token
}
