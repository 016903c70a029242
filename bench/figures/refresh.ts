import { Connection } from '../client/connection.ts'
import { request } from '../client/request.ts'
import {
  type ContestSize,
  castsInWords,
  contest,
  percentsOf,
  type Turn,
  typical,
} from '../contest.ts'
import type { Lab } from '../lab.ts'
import { median } from '../statistics.ts'
import type { Row } from '../table.ts'
import { signInRequest } from './sign-in.ts'

const clients = 8
const seconds = 0.5
/** Many casts of few rounds: processes of one program differ by more than their own rounds do. */
const sizes: Record<'quick' | 'full', ContestSize> = {
  quick: { casts: 1, rounds: 10, warmUp: 3 },
  full: { casts: 8, rounds: 8, warmUp: 10 },
}

type Turns = Record<'refreshes' | 'reads' | 'updates' | 'signed', Turn[]>

/**
 * Refreshes against one statement that reads one row, through the same endpoint. A refresh writes, commits and signs as
 * well, so the same is asked of a statement that changes one row, without and with a signature.
 */
export async function refresh(lab: Lab): Promise<Row[]> {
  const size = lab.settings.quick ? sizes.quick : sizes.full
  return rows(
    await contest(size, async (starting) => {
      // As it is deployed: what an answer cost is shown to developers only.
      const gatehouse = await starting(lab.gatehouse({ SERVER_TIMING: 'off' }))
      const read = await starting(lab.floor('neonRead'))
      const update = await starting(lab.floor('neonUpdate'))
      const signed = await starting(lab.floor('neonUpdateSigned'))
      const sessions = await openSessions(gatehouse.ports.default)
      const user = sessions[0]?.user
      const touch = (client: number) => request(`/?id=${sessions[client]?.id}`)
      const each = { clients, seconds }

      return {
        refreshes: {
          ...each,
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
        reads: {
          ...each,
          pid: read.pid,
          port: read.ports.neonRead,
          next: () => request(`/?id=${user}`),
        },
        updates: { ...each, pid: update.pid, port: update.ports.neonUpdate, next: touch },
        signed: { ...each, pid: signed.pid, port: signed.ports.neonUpdateSigned, next: touch },
      }
    }),
  )
}

function rows({ refreshes, reads, updates, signed }: Turns): Row[] {
  const cpu = [refreshes, reads].map((turns) => typical(turns, 'cpuMs').toFixed(2))
  const percents = percentsOf(reads, refreshes)
  const client = Math.round(typical(refreshes, 'clientShare') * 100)
  return [
    {
      name: 'refreshes',
      value: typical(refreshes, 'perSecond'),
      unit: '/s',
      floor: { value: typical(reads, 'perSecond'), what: '/s bare Neon reads' },
      judged: median(percents),
      bar: { kind: 'at least', value: 60, unit: '%' },
      note: `${clients} clients, ${refreshes.length} turns, ${castsInWords(refreshes, percents, 1)} %; workerd spends ${cpu[0]} ms on a refresh, ${cpu[1]} ms on a read; the client takes ${client} % of a core. A read neither writes nor commits nor signs: the lines below compare with what does`,
    },
    beside('a bare update', '/s bare Neon updates', updates),
    beside('a bare update and signature', '/s bare Neon updates with an ES256 signature', signed),
  ]

  function beside(name: string, what: string, floor: Turn[]): Row {
    const percent = median(percentsOf(floor, refreshes))
    return {
      name: `refreshes beside ${name}`,
      value: percent,
      unit: '%',
      floor: { value: typical(floor, 'perSecond'), what },
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
