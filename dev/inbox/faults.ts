import { setTimeout as sleep } from 'node:timers/promises'
import type { Channel } from './messages.ts'

export type FaultyService = Channel | 'dns' | 'breach' | 'hooks'

export interface InboxFault {
  /** Which service fails; without it, all of them. */
  channel?: FaultyService
  /** Only requests whose body holds this text, as the digits of a number. */
  match?: string
  /** The HTTP status to answer; 0 cuts the connection. Without it the answer is only slow. */
  status?: number
  /** The provider's own error code, as Twilio's 21211 or Meta's 131026. */
  code?: string | number
  delayMs?: number
  /** The fault ends after this many requests, or after this time; without both it stays. */
  count?: number
  forMs?: number
}

interface ActiveFault extends InboxFault {
  until: number
  left: number
}

export class InboxFaults {
  #active: ActiveFault[] = []

  add(fault: InboxFault): void {
    const until = fault.forMs === undefined ? Number.POSITIVE_INFINITY : Date.now() + fault.forMs
    this.#active.push({ ...fault, until, left: fault.count ?? Number.POSITIVE_INFINITY })
  }

  set(faults: InboxFault[]): void {
    this.#active = []
    for (const fault of faults) this.add(fault)
  }

  list(): InboxFault[] {
    this.#active = this.#active.filter((fault) => fault.left > 0 && Date.now() < fault.until)
    return this.#active.map(({ until: _until, left: _left, ...fault }) => fault)
  }

  /** The fault that this request meets, after its delay. */
  async meet(service: FaultyService, body: string): Promise<InboxFault | undefined> {
    const hit = this.#active.find(
      (fault) =>
        fault.left > 0 &&
        Date.now() < fault.until &&
        (fault.channel === undefined || fault.channel === service) &&
        (fault.match === undefined || body.includes(fault.match)),
    )
    if (!hit) return undefined
    hit.left -= 1
    if (hit.delayMs) await sleep(hit.delayMs)
    return hit.status === undefined ? undefined : hit
  }
}

export function isInboxFault(value: unknown): value is InboxFault {
  if (typeof value !== 'object' || value === null) return false
  const fault = value as Record<string, unknown>
  const numbers = [fault.status, fault.delayMs, fault.count, fault.forMs]
  return (
    (fault.match === undefined || typeof fault.match === 'string') &&
    numbers.every((each) => each === undefined || typeof each === 'number') &&
    (fault.status !== undefined || fault.delayMs !== undefined)
  )
}
