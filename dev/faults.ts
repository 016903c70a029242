import { setTimeout as sleep } from 'node:timers/promises'

/** What goes wrong at the Neon endpoint. Everything is off by default. */
export interface Faults {
  /** Added before every statement or batch. */
  latencyMs?: number
  /** Cut the connection before the statement runs. */
  refuse?: boolean
  /** Share of requests (0 to 1) that are answered with `errorStatus` and not run. */
  errorRate?: number
  errorStatus?: number
  /** Answer 400 with this SQLSTATE instead of running, as 40001 or 57P01. */
  sqlstate?: string
  /** How many of the next answers are lost after COMMIT: the work is done, the client never hears. */
  loseAnswers?: number
  /** Only requests whose SQL this regular expression finds. */
  match?: string
  /** `refuse`, `errorRate` and `sqlstate` end after this many hits, so that a retry can succeed. */
  times?: number
}

export type Failure =
  | { kind: 'cut' }
  | { kind: 'status'; status: number }
  | { kind: 'sqlstate'; code: string }

export class FaultSwitch {
  #faults: Faults = {}

  get(): Faults {
    return { ...this.#faults }
  }

  set(faults: Faults = {}): void {
    this.#faults = { ...faults }
  }

  /** What befalls a request before it runs; undefined lets it through. */
  async before(sql: string): Promise<Failure | undefined> {
    const faults = this.#faults
    if (!applies(faults, sql)) return undefined
    if (faults.latencyMs) await sleep(faults.latencyMs)
    const failure = choose(faults)
    if (!failure || faults.times === undefined) return failure
    if (faults.times <= 0) return undefined
    faults.times -= 1
    return failure
  }

  losesAnswer(sql: string): boolean {
    const faults = this.#faults
    if (!faults.loseAnswers || !applies(faults, sql)) return false
    faults.loseAnswers -= 1
    return true
  }
}

function applies(faults: Faults, sql: string): boolean {
  return faults.match === undefined || new RegExp(faults.match).test(sql)
}

function choose(faults: Faults): Failure | undefined {
  if (faults.refuse) return { kind: 'cut' }
  if (faults.sqlstate) return { kind: 'sqlstate', code: faults.sqlstate }
  if (Math.random() >= (faults.errorRate ?? 0)) return undefined
  return { kind: 'status', status: faults.errorStatus ?? 503 }
}
