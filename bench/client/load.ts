import { Connection, type Reply } from './connection.ts'

export interface Load {
  port: number
  clients: number
  /** Whichever comes first ends the load. */
  requests?: number
  seconds?: number
  /** The next request of a client. */
  next(client: number): string | Buffer
  /** Sees every answer before the client's next request is made. */
  seen?(client: number, reply: Reply): void
}

export interface LoadResult {
  requests: number
  perSecond: number
  /** Share of one core that this process took. Near 1, it measured itself. */
  clientShare: number
}

/** Clients that each wait for the answer before they ask again. Throws on the first answer that is not 2xx. */
export async function runLoad(load: Load): Promise<LoadResult> {
  const connections = await Promise.all(
    Array.from({ length: load.clients }, () => Connection.open(load.port)),
  )
  const most = load.requests ?? Number.POSITIVE_INFINITY
  const cpu = process.cpuUsage()
  const started = performance.now()
  const deadline = started + (load.seconds ?? 600) * 1_000
  let sent = 0

  async function client(connection: Connection, index: number): Promise<void> {
    while (sent < most && performance.now() < deadline) {
      sent += 1
      const reply = await connection.send(load.next(index))
      if (reply.status >= 300) throw new Error(`${reply.status} ${reply.body.slice(0, 300)}`)
      load.seen?.(index, reply)
    }
  }

  try {
    await Promise.all(connections.map(client))
  } finally {
    for (const connection of connections) connection.cut()
  }
  const seconds = (performance.now() - started) / 1_000
  const { user, system } = process.cpuUsage(cpu)
  return {
    requests: sent,
    perSecond: sent / seconds,
    clientShare: (user + system) / 1e6 / seconds,
  }
}
