import { sql } from 'drizzle-orm'

/**
 * Whether a device `d` stands for the second factor of its user `u`. Bound to the account's authority: whatever ends
 * all sessions (a password changed or reset, a recovery, signing out everywhere) ends this as well.
 */
export const isRemembered = sql`(d.remembered_until > now() and d.remembered_version = u.authority_version)`
