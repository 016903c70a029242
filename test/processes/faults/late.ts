import type { Tokens } from '../support/people.ts'
import type { Cast } from './cast.ts'

/** Statements run late, long after their client has gone: what they did is looked at when the last one is over. */
export interface Late {
  cast: Cast
  /** What the client got when it asked again. */
  refreshed: Tokens
  over: Promise<void>
}

export const late: Late[] = []

/** Finds the statements with an effect: all of them write the trail, but for the refresh, which the database keeps. */
export const effects = 'insert into audit_events|^select "rotate_session_'
