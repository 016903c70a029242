import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Connection } from '../client/connection.ts'
import { request } from '../client/request.ts'
import type { Lab } from '../lab.ts'
import { emailOf, password } from '../processes/users.ts'
import { median, medianDifference } from '../statistics.ts'
import type { Row } from '../table.ts'

interface Route {
  name: string
  /** `turn` counts the pairs. */
  text(email: string): string
  known(turn: number): string
  unknown(turn: number): string
  expected: number
}

/** Uses of one address, known or not: one more failed sign-in and it would have to wait. */
const usesOfAnAddress = 4
const run = randomBytes(4).toString('hex')

const routes: Route[] = [
  {
    name: 'sign-in, wrong password',
    text: (email) => request('/api/v1/auth/login', { body: { email, password: 'wrong' } }),
    known: (turn) => emailOf(Math.floor(turn / usesOfAnAddress)),
    // As often as a known one: what the throttle does at a first failure must not tell them apart.
    unknown: (turn) => `unknown-${run}-${Math.floor(turn / usesOfAnAddress)}@example.com`,
    expected: 401,
  },
  {
    name: 'forgotten password',
    text: (email) => request('/api/v1/auth/forgot-password', { body: { email } }),
    known: (turn) => emailOf(Math.floor(turn / usesOfAnAddress)),
    unknown: (turn) => `nobody-${run}-${Math.floor(turn / usesOfAnAddress)}@example.com`,
    expected: 202,
  },
  {
    name: 'registration, taken and new',
    text: (email) =>
      request('/api/v1/auth/register', {
        body: { email, password, terms_accepted: true, privacy_accepted: true },
      }),
    known: (turn) => emailOf(Math.floor(turn / usesOfAnAddress)),
    unknown: (turn) => `new-${run}-${turn}@example.com`,
    expected: 202,
  },
  {
    name: 'sign-in by a code',
    text: (destination) =>
      request('/api/v1/auth/otp/send', { body: { destination, type: 'email', channel: 'email' } }),
    // One a minute goes to an address.
    known: emailOf,
    unknown: (turn) => `uncoded-${run}-${turn}@example.com`,
    expected: 202,
  },
  {
    name: 'sign-in by a link',
    text: (email) => request('/api/v1/auth/magic-link', { body: { email } }),
    known: emailOf,
    unknown: (turn) => `unlinked-${run}-${turn}@example.com`,
    expected: 202,
  },
  {
    name: 'sign-in by a passkey of an address',
    text: (email) => request('/api/v1/auth/webauthn/login/options', { body: { email } }),
    known: emailOf,
    unknown: (turn) => `keyless-${run}-${turn}@example.com`,
    expected: 200,
  },
  {
    name: 'recovery',
    text: (email) => request('/api/v1/auth/recover', { body: { email } }),
    known: (turn) => emailOf(Math.floor(turn / usesOfAnAddress)),
    unknown: (turn) => `lost-${run}-${Math.floor(turn / usesOfAnAddress)}@example.com`,
    expected: 202,
  },
]

const warmUp = 10
/** What follows an answer (a mail) is over by then, so that it weighs on no measurement of the other kind. */
const pauseMs = 12

/** Whether time tells which addresses have accounts. */
export async function equal(lab: Lab): Promise<Row[]> {
  const gatehouse = await lab.gatehouse()
  try {
    const rows: Row[] = []
    for (const route of routes) {
      rows.push(await measure(route, gatehouse.ports.default, lab.settings.samples))
    }
    return rows
  } finally {
    await gatehouse.stop()
  }
}

async function measure(route: Route, port: number, samples: number): Promise<Row> {
  const connection = await Connection.open(port)
  const times = { known: [] as number[], unknown: [] as number[] }

  async function once(kind: 'known' | 'unknown', turn: number): Promise<void> {
    const text = route.text(route[kind](turn))
    const started = performance.now()
    const { status, body } = await connection.send(text)
    const elapsed = performance.now() - started
    if (status !== route.expected) throw new Error(`${route.name}: ${status} ${body.slice(0, 300)}`)
    if (turn >= warmUp) times[kind].push(elapsed)
    await sleep(pauseMs)
  }

  for (let turn = 0; turn < warmUp + samples / 2; turn += 1) {
    // The order is drawn: a pattern of the machine must not fall on one kind.
    const first = Math.random() < 0.5 ? 'known' : 'unknown'
    await once(first, turn)
    await once(first === 'known' ? 'unknown' : 'known', turn)
  }
  connection.cut()
  return row(route, times.known, times.unknown)
}

function row({ name }: Route, known: number[], unknown: number[]): Row {
  const difference = medianDifference(known, unknown)
  const interval = `${difference.low.toFixed(2)} to ${difference.high.toFixed(2)} ms`
  return {
    name: `equal work: ${name}`,
    value: median(known),
    unit: 'ms known',
    floor: { value: median(unknown), what: 'ms unknown' },
    judged: difference.median,
    bar: { kind: 'within', value: 2, unit: 'ms' },
    note: `difference of the medians, 95 % interval ${interval}; ${known.length} + ${unknown.length} measurements`,
  }
}
