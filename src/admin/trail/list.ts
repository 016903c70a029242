import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { audit as policy } from '../../policy.ts'
import type { Ports } from '../../ports.ts'
import type { Caller } from '../../sessions/caller.ts'
import { administer, toRead } from '../authority.ts'
import { type AuditSearch, eventSchema, type FoundEvents, foundEvents, pageOf } from './search.ts'

export const eventsSchema = () =>
  z.object({
    events: z.array(eventSchema()),
    /** Pass as `cursor` for the next page; null on the last. A page of a search by address may be empty and not the last. */
    next_cursor: z.string().nullable(),
  })

/** A page of the trail of the caller's tenant, newest first. Throws as {@link administer}. */
export async function listAudit(
  ports: Pick<Ports, 'database'>,
  caller: Caller,
  search: AuditSearch,
): Promise<z.infer<ReturnType<typeof eventsSchema>>> {
  const { found } = await administer<{ found: FoundEvents }>(
    ports,
    caller,
    toRead,
    (administrator) => sql`with administrator as (${administrator})
      select (${foundEvents(caller, search, policy.searchPage)}) as found from administrator`,
  )
  const { events, next } = pageOf(found, search, policy.searchPage)
  return { events, next_cursor: next }
}
