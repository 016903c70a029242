import { Connection } from '../client/connection.ts'
import { runLoad } from '../client/load.ts'
import { request } from '../client/request.ts'
import type { Lab } from '../lab.ts'
import { memoryMiB } from '../processes/process-stat.ts'
import type { Workerd } from '../processes/workerd.ts'
import type { Row } from '../table.ts'
import { signInRequest } from './sign-in.ts'

const clients = 8
/** The first so many fill the young generation. */
const signInsOfRound = 200
const sizes = { quick: 4, full: 10 }

/**
 * Memory after 200 sign-ins beside that after 2,000, read after a full collection, as the heap of a busy process grows for
 * a thousand sign-ins before V8 looks at all of it, whatever the code keeps.
 */
export async function memory(lab: Lab): Promise<Row[]> {
  const gatehouse = await lab.collectedGatehouse()
  const port = gatehouse.ports.default
  const rounds = lab.settings.quick ? sizes.quick : sizes.full
  const measured: number[] = []
  try {
    for (let round = 0; round < rounds; round += 1) {
      await runLoad({ port, clients, requests: signInsOfRound, next: signInRequest })
      await collect(gatehouse)
      measured.push(memoryMiB(gatehouse.pid))
    }
    return [row(measured, await timing(port))]
  } finally {
    await gatehouse.stop()
  }
}

/** A full collection of its heap, so that memory is what it keeps. */
export async function collect({ ports }: Workerd<'collect'>): Promise<void> {
  const connection = await Connection.open(ports.collect)
  // Twice: the first finds what was only kept for finalizers.
  for (const _ of [1, 2]) expectCollected((await connection.send(request('/'))).body)
  connection.cut()
}

function expectCollected(body: string): void {
  if (body !== 'collected') throw new Error(`workerd did not collect:\n${body}`)
}

/** What one sign-in costs elsewhere, as the product itself counts it. */
async function timing(port: number): Promise<string> {
  const connection = await Connection.open(port)
  const { head } = await connection.send(signInRequest(0))
  connection.cut()
  return /\r\nserver-timing: *(.*)/i.exec(head)?.[1] ?? 'unknown'
}

function row(measured: number[], timing: string): Row {
  const [early = 0, late = 0] = [measured.at(0), measured.at(-1)]
  return {
    name: `memory after ${signInsOfRound * measured.length} sign-ins`,
    value: late,
    unit: 'MiB',
    floor: { value: early, what: `MiB after ${signInsOfRound}` },
    judged: (late / early - 1) * 100,
    bar: { kind: 'at most', value: 5, unit: '% more' },
    note: `of the whole process, from a fresh one, after a full collection of its heap; after each ${signInsOfRound}, MiB: ${measured.map(Math.round).join(' ')}; Server-Timing of one sign-in: ${timing}`,
  }
}
