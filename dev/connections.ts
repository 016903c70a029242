import pg from 'pg'

export interface ConnectionsOptions {
  connectionString: string
  /** Settings of each session, as `-c name=value`. */
  options?: string
  max: number
}

/**
 * Connections to Postgres, each kept until it dies. Who names a statement gets one that has planned it before, if such a
 * one is free: taken as they come, each of them would plan everything.
 */
export class Connections {
  readonly #options: ConnectionsOptions
  readonly #idle: pg.Client[] = []
  readonly #planned = new WeakMap<pg.Client, Set<string>>()
  readonly #waiting: (() => void)[] = []
  #open = 0
  #hasEnded = false

  constructor(options: ConnectionsOptions) {
    this.#options = options
  }

  /** To be given back. Waits where all are taken; rejects where Postgres cannot be reached. */
  async take(statement = ''): Promise<pg.Client> {
    for (;;) {
      const at = this.#idle.findLastIndex((client) => this.#planned.get(client)?.has(statement))
      const [client] = this.#idle.splice(at, 1)
      if (client) return this.#lend(client, statement)
      if (this.#open < this.#options.max) return this.#lend(await this.#connect(), statement)
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
  }

  /** One that is broken is closed, and so is every one after the end. */
  giveBack(client: pg.Client, broken = false): void {
    if (broken || this.#hasEnded) void client.end().catch(() => undefined)
    else this.#idle.push(client)
    this.#waiting.shift()?.()
  }

  /** Closes those that nobody has. */
  async end(): Promise<void> {
    this.#hasEnded = true
    await Promise.all(this.#idle.splice(0).map((client) => client.end()))
  }

  #lend(client: pg.Client, statement: string): pg.Client {
    if (statement) this.#planned.get(client)?.add(statement)
    return client
  }

  async #connect(): Promise<pg.Client> {
    const { max: _, ...options } = this.#options
    const client = new pg.Client(options)
    this.#open += 1
    this.#planned.set(client, new Set())
    // The query that it carried reports the loss.
    client.on('error', () => undefined)
    client.once('end', () => {
      this.#open -= 1
      const at = this.#idle.indexOf(client)
      if (at >= 0) this.#idle.splice(at, 1)
      this.#waiting.shift()?.()
    })
    await client.connect()
    return client
  }
}
