import { type SQL, sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { webauthn as policy } from '../../policy.ts'
import { type Bytes, toBytea } from '../../tokens/encoding.ts'

export interface Challenge {
  id: string
  bytes: Bytes
}

export function newChallenge(): Challenge {
  return {
    id: uuidv7(),
    bytes: crypto.getRandomValues(new Uint8Array(policy.challengeBytes)),
  }
}

/**
 * `INSERT` of a challenge for each row of `source` (user_id, session_id, pending_id): who asked is who may answer.
 * A repeat, after a lost answer, finds its own row.
 */
export function challengeInsert(
  { id, bytes }: Challenge,
  tenantId: string,
  { purpose, kind }: { purpose: SQL; kind: string | null },
  source: SQL,
): SQL {
  return sql`insert into webauthn_challenges
      (id, tenant_id, user_id, session_id, pending_id, purpose, kind, challenge, expires_at)
    select ${id}::uuid, ${tenantId}::uuid, source.user_id, source.session_id, source.pending_id, ${purpose},
      ${kind}::text, ${toBytea(bytes)}::bytea, now() + make_interval(secs => ${policy.challengeLife})
    from ${source} as source
    on conflict (id) do nothing`
}

/** What it takes for a challenge `c` to be answered with these bytes: once, in time. */
export function answeredChallenge(challenge: Bytes): SQL {
  return sql`c.challenge = ${toBytea(challenge)}::bytea and c.used_at is null and c.expires_at > now()`
}

/** A challenge `c` that was made for the very `holder` (user_id, session_id, pending_id) who answers. */
export function ownChallenge(holder: SQL): SQL {
  return sql`c.user_id = ${holder}.user_id and c.session_id is not distinct from ${holder}.session_id
    and c.pending_id is not distinct from ${holder}.pending_id`
}

/** A holder without a pending sign-in raises a session. */
export function showPurpose(holder: SQL): SQL {
  return sql`case when ${holder}.pending_id is null then 'step_up' else 'second_factor' end`
}
