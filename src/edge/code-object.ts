import { DurableObject } from 'cloudflare:workers'
import { oneTimeCode as policy } from '../policy.ts'
import type { IssuedCode, ShownCode } from '../ports.ts'
import {
  type CodeState,
  emptyState,
  issueCode,
  redeemCode,
  restoreCode,
  withdrawCode,
} from './code-count.ts'

const key = 'codes'

/**
 * The codes of one destination. There is one such object in the world, and between reading and writing it awaits
 * nothing: a code is spent once, and of any number of guesses at the same time three are compared.
 */
export class CodeObject extends DurableObject {
  /** Seconds until a repeat makes sense; 0 where the code was taken. */
  async issue(code: IssuedCode, now: number): Promise<number> {
    const { state, retryAfter } = issueCode(this.#read(), code, now)
    if (retryAfter === 0) await this.#write(state)
    return retryAfter
  }

  async redeem(shown: ShownCode, stored: string | null, now: number): Promise<string | null> {
    const before = this.#read()
    const { state, spent } = redeemCode(before, shown, stored, now)
    if (state !== before) await this.#write(state)
    return spent
  }

  async withdraw(id: string): Promise<void> {
    await this.#write(withdrawCode(this.#read(), id))
  }

  async restore(id: string): Promise<void> {
    await this.#write(restoreCode(this.#read(), id))
  }

  /** Everything that was counted is older than the window. */
  override async alarm(): Promise<void> {
    await this.ctx.storage.deleteAll()
  }

  #read(): CodeState {
    return this.ctx.storage.kv.get<CodeState>(key) ?? emptyState
  }

  #write(state: CodeState): Promise<void> {
    this.ctx.storage.kv.put(key, state)
    return this.ctx.storage.setAlarm(Date.now() + policy.window * 1_000)
  }
}
