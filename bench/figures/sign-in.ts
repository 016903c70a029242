import { Connection } from '../client/connection.ts'
import { runLoad } from '../client/load.ts'
import { request } from '../client/request.ts'
import type { Lab } from '../lab.ts'
import { cpuMs, memoryMiB } from '../processes/process-stat.ts'
import { emailOf, password } from '../processes/users.ts'
import { interleave, median, medianRatio } from '../statistics.ts'
import type { Row } from '../table.ts'

const clients = 8
/**
 * Memory is read after a full collection, as the heap of a busy process grows for a thousand sign-ins before V8 looks
 * at all of it, whatever the code keeps. The full run: memory after 200 sign-ins beside that after 2,000; the first 200
 * fill the young generation.
 */
const sizes = {
  quick: { rounds: 4, signIns: 200, hashes: 40 },
  full: { rounds: 10, signIns: 200, hashes: 100 },
}
/** Hashes of one request to the floor: so many that the request itself weighs nothing. */
const hashesInARow = 20

interface Round {
  perSecond: number
  /** CPU time of the process for each sign-in or hash, in milliseconds. */
  cpuMs: number
  memoryMiB: number
  clientShare: number
}

/** Password sign-ins against the hash alone: their rate, the CPU around the hash, and what memory does. */
export async function signIn(lab: Lab): Promise<Row[]> {
  const gatehouse = await lab.collectedGatehouse()
  const floors = await lab.floors()
  const size = lab.settings.quick ? sizes.quick : sizes.full

  async function signIns(): Promise<Round> {
    const before = cpuMs(gatehouse.pid)
    const { perSecond, clientShare } = await runLoad({
      port: gatehouse.ports.default,
      clients,
      requests: size.signIns,
      next: signInRequest,
    })
    const spent = cpuMs(gatehouse.pid) - before
    await collect(gatehouse.ports.collect)
    return {
      perSecond,
      clientShare,
      cpuMs: spent / size.signIns,
      memoryMiB: memoryMiB(gatehouse.pid),
    }
  }

  async function hashes(): Promise<Round> {
    const before = cpuMs(floors.pid)
    const { perSecond, clientShare } = await runLoad({
      port: floors.ports.hash,
      clients: 1,
      requests: size.hashes / hashesInARow,
      next: () => request(`/?n=${hashesInARow}`),
    })
    const spent = cpuMs(floors.pid) - before
    return {
      perSecond: perSecond * hashesInARow,
      clientShare,
      cpuMs: spent / size.hashes,
      memoryMiB: memoryMiB(floors.pid),
    }
  }

  try {
    const { signIns: all = [], hashes: bare = [] } = await interleave(size.rounds, {
      signIns,
      hashes,
    })
    const timing = await parts(gatehouse.ports.default)
    return rows({ each: size.signIns, timing }, all, bare)
  } finally {
    await gatehouse.stop()
  }
}

async function collect(port: number): Promise<void> {
  const connection = await Connection.open(port)
  // Twice: the first finds what was only kept for finalizers.
  for (const _ of [1, 2]) expectCollected((await connection.send(request('/'))).body)
  connection.cut()
}

function expectCollected(body: string): void {
  if (body !== 'collected') throw new Error(`workerd did not collect:\n${body}`)
}

/** A client signs in as one and the same user: others would each open a Durable Object, here in the same process. */
export function signInRequest(user: number): string {
  return request('/api/v1/auth/login', { body: { email: emailOf(user), password } })
}

/** What one sign-in costs elsewhere, as the product itself counts it. */
async function parts(port: number): Promise<string> {
  const connection = await Connection.open(port)
  const { head } = await connection.send(signInRequest(0))
  connection.cut()
  return /\r\nserver-timing: *(.*)/i.exec(head)?.[1] ?? 'unknown'
}

interface About {
  /** Sign-ins of a round. */
  each: number
  /** Server-Timing of one sign-in. */
  timing: string
}

function rows({ each, timing }: About, all: Round[], bare: Round[]): Row[] {
  const [measured, floor] = [all.slice(1), bare.slice(1)]
  const of = (rounds: Round[], name: keyof Round) => rounds.map((round) => round[name])
  const ratio = medianRatio(of(measured, 'perSecond'), of(floor, 'perSecond'))
  const others = measured.map((round, index) => round.cpuMs - (floor[index]?.cpuMs ?? 0))
  const [early = 0, late = 0] = [all.at(0)?.memoryMiB, all.at(-1)?.memoryMiB]
  return [
    {
      name: 'password sign-ins',
      value: median(of(measured, 'perSecond')),
      unit: '/s',
      floor: { value: median(of(floor, 'perSecond')), what: '/s bare Argon2id' },
      judged: ratio * 100,
      bar: { kind: 'at least', value: 85, unit: '%' },
      note: `${clients} clients, ${measured.length} rounds; Server-Timing of one: ${timing}`,
    },
    {
      name: 'CPU of a sign-in beside the hash',
      value: median(of(measured, 'cpuMs')),
      unit: 'ms in all',
      floor: { value: median(of(floor, 'cpuMs')), what: 'ms bare Argon2id' },
      judged: median(others),
      bar: { kind: 'at most', value: 3, unit: 'ms' },
      note: `CPU time of the whole workerd process, Durable Object and SQLite included; rounds from ${Math.min(...others).toFixed(2)} to ${Math.max(...others).toFixed(2)} ms`,
    },
    {
      name: `memory after ${each * all.length} sign-ins`,
      value: late,
      unit: 'MiB',
      floor: { value: early, what: `MiB after ${each}` },
      judged: (late / early - 1) * 100,
      bar: { kind: 'at most', value: 5, unit: '% more' },
      note: `of the whole process, from a fresh one, after a full collection of its heap; after each ${each}, MiB: ${of(all, 'memoryMiB').map(Math.round).join(' ')}`,
    },
  ]
}
