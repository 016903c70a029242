import type { Level } from './levels.ts'

/** What an act asks of the session that does it. */
interface Asked {
  /** Which rule of the tenant's profile says how long ago somebody was proven, at most. */
  maxAge: 'actMaxAge' | 'administratorMaxAge'
  /**
   * Of accounts with a second factor, and of those that may not be without one, by their role or their tenant; of all
   * where the tenant's profile says so.
   */
  level: Level
  /** Of all others: to be as fresh; nothing, where the act brings its own proof; or the level all the same. */
  otherwise: 'fresh' | 'nothing' | 'level'
  /** True where an account that may not be without a factor and has none is one of the others: so it gets its first. */
  givesFactor?: true
}

const fresh = { maxAge: 'actMaxAge', level: 'aal2', otherwise: 'fresh' } as const

/**
 * Every act that takes more than a session that is alive. Signing in takes the same levels, whatever the act to come:
 * `demand.ts`.
 */
const acts = {
  // Where there is nothing stronger, the current password is the proof.
  change_password: { ...fresh, otherwise: 'nothing' },
  change_email: fresh,
  change_phone: fresh,
  add_factor: { ...fresh, givesFactor: true },
  remove_factor: fresh,
  rename_key: fresh,
  renew_backup_codes: fresh,
  link_identity: fresh,
  unlink_identity: fresh,
  export_account: fresh,
  close_account: fresh,
  administer: { maxAge: 'administratorMaxAge', level: 'aal2', otherwise: 'level' },
} as const satisfies Record<string, Asked>

export type Act = keyof typeof acts

export function askedOf(act: Act): Asked {
  return acts[act]
}
