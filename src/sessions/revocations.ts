import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { timestampText } from '../accounts/user.ts'
import { accessToken, session as policy } from '../policy.ts'
import type { Ports } from '../ports.ts'

export const revocationsSchema = () =>
  z.object({
    /** Sessions that ended while an access token of theirs may still be unexpired. */
    revoked: z.array(z.object({ sid: z.uuid(), revoked_at: z.string() })),
    /** Seconds for which this list may be cached. */
    max_age: z.int(),
  })

export type Revocations = z.infer<ReturnType<typeof revocationsSchema>>

/**
 * What an offline verifier reads beside the key set: it learns of an ended session within its cache time.
 * Newest first: what a cut leaves out is what dies soonest by itself.
 */
export async function listRevocations(ports: Pick<Ports, 'database'>): Promise<Revocations> {
  const span = accessToken.life + accessToken.leeway
  const revoked = await ports.database.run<{ sid: string; revoked_at: string }>(
    sql`select id as sid, ${timestampText(sql`revoked_at`)} as revoked_at from sessions
        where revoked_at > now() - make_interval(secs => ${span})
      union
      select s.id, ${timestampText(sql`u.authority_changed_at`)}
        from users u join sessions s on s.user_id = u.id
        where u.authority_changed_at > now() - make_interval(secs => ${span})
          and s.authority_version < u.authority_version and s.revoked_at is null and s.expires_at > now()
      order by revoked_at desc limit ${policy.revocationsLimit}`,
    'idempotent',
  )
  return { revoked, max_age: policy.revocationsMaxAge }
}
