import { DurableObject } from 'cloudflare:workers'
import { totp as policy } from '../policy.ts'
import type { Setup } from '../ports.ts'

const key = 'setup'

interface Kept extends Setup {
  expiresAt: number
}

/** The one second factor that a user is setting up. Gone when it is proven, or after ten minutes. */
export class MfaSetupObject extends DurableObject {
  async begin(setup: Setup, now: number): Promise<void> {
    const life = policy.setUpLife * 1_000
    this.ctx.storage.kv.put<Kept>(key, { ...setup, expiresAt: now + life })
    await this.ctx.storage.setAlarm(Date.now() + life)
  }

  read(now: number): Setup | null {
    const kept = this.ctx.storage.kv.get<Kept>(key)
    if (!kept || kept.expiresAt <= now) return null
    return { factorId: kept.factorId, sealed: kept.sealed }
  }

  async end(): Promise<void> {
    await this.ctx.storage.deleteAlarm()
    await this.ctx.storage.deleteAll()
  }

  override async alarm(): Promise<void> {
    await this.ctx.storage.deleteAll()
  }
}
