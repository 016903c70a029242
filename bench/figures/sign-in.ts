import { Connection } from '../client/connection.ts'
import { type Load, runLoad } from '../client/load.ts'
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
  quick: { rounds: 8, hashes: 40 },
  full: { rounds: 20, hashes: 60 },
}
/** Short rounds, as a machine that slows down between the two of one round is what their ratio would show. */
const signInsOfRound = 100
/** Rounds until the heap is collected and memory is read; the first so many fill the young generation and warm up. */
const collectEvery = 2
/** Hashes of one request to the floor: so many that the request itself weighs nothing. */
const hashesInARow = 20

interface Round {
  perSecond: number
  /** CPU time of the process for each sign-in or hash, in milliseconds. */
  cpuMs: number
}

/** Password sign-ins against the hash alone: their rate, the CPU around the hash, and what memory does. */
export async function signIn(lab: Lab): Promise<Row[]> {
  const gatehouse = await lab.collectedGatehouse()
  const floors = await lab.floors()
  const size = lab.settings.quick ? sizes.quick : sizes.full

  const memory: number[] = []
  let round = 0

  async function signIns(): Promise<Round> {
    const spent = await measure(gatehouse.pid, signInsOfRound, {
      port: gatehouse.ports.default,
      clients,
      requests: signInsOfRound,
      next: signInRequest,
    })
    round += 1
    if (round % collectEvery === 0) {
      await collect(gatehouse.ports.collect)
      memory.push(memoryMiB(gatehouse.pid))
    }
    return spent
  }

  function hashes(): Promise<Round> {
    return measure(floors.pid, size.hashes, {
      port: floors.ports.hash,
      clients: 1,
      requests: size.hashes / hashesInARow,
      next: () => request(`/?n=${hashesInARow}`),
    })
  }

  try {
    const { signIns: all = [], hashes: bare = [] } = await interleave(size.rounds, {
      signIns,
      hashes,
    })
    const timing = await parts(gatehouse.ports.default)
    return rows({ memory, timing }, all, bare)
  } finally {
    await gatehouse.stop()
  }
}

/** `count` of what is measured is done by the load, whose requests may each do several. */
async function measure(pid: number, count: number, load: Load): Promise<Round> {
  const before = cpuMs(pid)
  const { perSecond, requests } = await runLoad(load)
  const inOne = count / requests
  return { perSecond: perSecond * inOne, cpuMs: (cpuMs(pid) - before) / count }
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
  /** After each collection, in MiB. */
  memory: number[]
  /** Server-Timing of one sign-in. */
  timing: string
}

function rows({ memory, timing }: About, all: Round[], bare: Round[]): Row[] {
  const [measured, floor] = [all.slice(collectEvery), bare.slice(collectEvery)]
  const of = (rounds: Round[], name: keyof Round) => rounds.map((round) => round[name])
  const ratio = medianRatio(of(measured, 'perSecond'), of(floor, 'perSecond'))
  const others = measured.map((round, index) => round.cpuMs - (floor[index]?.cpuMs ?? 0))
  const [early = 0, late = 0] = [memory.at(0), memory.at(-1)]
  const each = signInsOfRound * collectEvery
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
      name: `memory after ${each * memory.length} sign-ins`,
      value: late,
      unit: 'MiB',
      floor: { value: early, what: `MiB after ${each}` },
      judged: (late / early - 1) * 100,
      bar: { kind: 'at most', value: 5, unit: '% more' },
      note: `of the whole process, from a fresh one, after a full collection of its heap; after each ${each}, MiB: ${memory.map(Math.round).join(' ')}`,
    },
  ]
}
