import { DurableObject } from 'cloudflare:workers'
import { throttle } from '../policy.ts'
import {
  admitAttempt,
  forgetAfter,
  type LaneAttempt,
  type Lanes,
  type Verdict,
} from './throttle-count.ts'

const key = 'lanes'

/**
 * The count of one authenticator of one identifier. There is one such object in the world, and between reading and
 * writing it awaits nothing: two attempts can never see the same count.
 */
export class ThrottleObject extends DurableObject {
  /** As on disk, once read: there is no other writer, so whoever hammers costs no reading either. */
  #lanes: Lanes | null = null
  /** When the alarm rings, where this object has set it: an alarm is a second write, and dearer than the count. */
  #forgetsAt = 0

  /** Answers only when the count is on disk: the output gate holds the answer back until then. */
  async admit(attempt: LaneAttempt, now: number): Promise<Verdict> {
    const { lanes, ...verdict } = admitAttempt(this.#read(), attempt, now)
    // A refusal changes nothing, and whoever hammers should not cost a write each time.
    if (verdict.admitted) await this.#write(lanes, attempt)
    return verdict
  }

  /**
   * Nothing happened for long enough: give the storage back (an empty database still costs 12 KB).
   * An attempt that came first has moved the alarm, and the runtime then does not run this.
   */
  override async alarm(): Promise<void> {
    this.#lanes = null
    this.#forgetsAt = 0
    await this.ctx.storage.deleteAll()
  }

  // `#`, as a `private` method would still be callable over RPC.
  #read(): Lanes {
    this.#lanes ??= this.ctx.storage.kv.get<Lanes>(key) ?? []
    return this.#lanes
  }

  /**
   * Count and alarm are one transaction, as nothing is awaited between them. An alarm that rings in time stays.
   * Alarms need the real clock.
   */
  async #write(lanes: Lanes, attempt: LaneAttempt): Promise<void> {
    this.ctx.storage.kv.put(key, lanes)
    // Where this never reaches the disk, the runtime ends the object, and its memory with it.
    this.#lanes = lanes
    const earliest = Date.now() + forgetAfter(lanes, attempt) * 1_000
    const latest = earliest + throttle.forgetLate * 1_000
    if (this.#forgetsAt >= earliest && this.#forgetsAt <= latest) return
    await this.ctx.storage.setAlarm(latest)
    this.#forgetsAt = latest
  }
}
