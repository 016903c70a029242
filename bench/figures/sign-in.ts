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
import { emailOf, password } from '../processes/users.ts'
import { median } from '../statistics.ts'
import type { Row } from '../table.ts'

const clients = 8
const sizes: Record<'quick' | 'full', ContestSize> = {
  quick: { casts: 1, rounds: 10, warmUp: 8 },
  full: { casts: 4, rounds: 20, warmUp: 20 },
}
/** So many that the start and the end of a turn, when nothing is hashed, weigh little. */
const signInsOfTurn = 48
/** In one request: so many that the request itself weighs nothing. */
const hashesOfTurn = 40

type Turns = Record<'signIns' | 'hashes', Turn[]>

/** Password sign-ins against the hash alone: their rate, and the CPU around the hash. */
export async function signIn(lab: Lab): Promise<Row[]> {
  const size = lab.settings.quick ? sizes.quick : sizes.full
  return rows(
    await contest(size, async (starting) => {
      // As it is deployed: what an answer cost is shown to developers only.
      const gatehouse = await starting(lab.gatehouse({ SERVER_TIMING: 'off' }))
      const floor = await starting(lab.floor('hash'))
      return {
        signIns: {
          pid: gatehouse.pid,
          port: gatehouse.ports.default,
          clients,
          requests: signInsOfTurn,
          next: signInRequest,
        },
        hashes: {
          pid: floor.pid,
          port: floor.ports.hash,
          clients: 1,
          requests: 1,
          inOne: hashesOfTurn,
          next: () => request(`/?n=${hashesOfTurn}`),
        },
      }
    }),
  )
}

/** A client signs in as one and the same user: others would each open a Durable Object, here in the same process. */
export function signInRequest(user: number): string {
  return request('/api/v1/auth/login', { body: { email: emailOf(user), password } })
}

function rows({ signIns, hashes }: Turns): Row[] {
  const others = signIns.map(({ cpuMs }, index) => cpuMs - (hashes[index]?.cpuMs ?? Number.NaN))
  const percents = percentsOf(hashes, signIns)
  const share = median(others.map((other, index) => other / (hashes[index]?.cpuMs ?? Number.NaN)))
  return [
    {
      name: 'password sign-ins',
      value: typical(signIns, 'perSecond'),
      unit: '/s',
      floor: { value: typical(hashes, 'perSecond'), what: '/s bare Argon2id' },
      judged: median(percents),
      bar: { kind: 'at least', value: 85, unit: '%' },
      note: `${clients} clients, ${signIns.length} turns, ${castsInWords(signIns, percents, 1)} %`,
    },
    {
      name: 'CPU of a sign-in beside the hash',
      value: typical(signIns, 'cpuMs'),
      unit: 'ms in all',
      floor: { value: typical(hashes, 'cpuMs'), what: 'ms bare Argon2id' },
      judged: median(others),
      bar: { kind: 'at most', value: 3, unit: 'ms' },
      note: `CPU time of the whole workerd process, Durable Object and SQLite included; ${castsInWords(signIns, others, 2)} ms; ${(share * 100).toFixed(1)} % of the hash`,
    },
  ]
}
