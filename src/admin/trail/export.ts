import { sql } from 'drizzle-orm'
import { recordEvent } from '../../audit/record.ts'
import { audit as policy } from '../../policy.ts'
import type { Ports } from '../../ports.ts'
import type { Caller } from '../../sessions/caller.ts'
import { utf8 } from '../../tokens/encoding.ts'
import { administer, toRead, toWrite } from '../authority.ts'
import { type AuditSearch, type FoundEvents, foundEvents, pageOf } from './search.ts'

/**
 * The trail of the caller's tenant as lines of JSON, newest first, read page by page while the client takes them. The
 * last line is `{"next_cursor": …}`: null where nothing is left; without that line the export was broken off.
 * Each page asks for the role again. Throws as {@link administer} before the first line.
 */
export async function exportAudit(
  ports: Pick<Ports, 'database'>,
  caller: Caller,
  search: AuditSearch,
): Promise<ReadableStream<Uint8Array>> {
  const pages = pagesOf(ports, caller, search, await firstPage(ports, caller, search))
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { value, done } = await pages.next()
      if (done) return controller.close()
      controller.enqueue(value)
    },
  })
}

async function* pagesOf(
  ports: Pick<Ports, 'database'>,
  caller: Caller,
  search: AuditSearch,
  first: FoundEvents,
): AsyncGenerator<Uint8Array> {
  let found = first
  for (let page = 1; ; page += 1) {
    const { events, next } = pageOf(found, search, policy.exportPage)
    yield utf8(events.map((event) => `${JSON.stringify(event)}\n`).join(''))
    if (!next || page === policy.exportPages) {
      return yield utf8(`${JSON.stringify({ next_cursor: next })}\n`)
    }
    found = await nextPage(ports, caller, { ...search, cursor: next })
  }
}

/** Whoever takes the trail away is in it. */
async function firstPage(
  ports: Pick<Ports, 'database'>,
  caller: Caller,
  search: AuditSearch,
): Promise<FoundEvents> {
  const { found } = await administer<{ found: FoundEvents }>(
    ports,
    caller,
    toWrite,
    (administrator) => sql`with administrator as (${administrator}
      ), recorded as (${recordEvent(
        {
          action: 'admin.audit_exported',
          outcome: 'success',
          tenantId: caller.tenant.id,
          userId: sql`administrator.user_id`,
          sessionId: sql`administrator.session_id`,
          reason: Object.keys(search).join(' '),
        },
        caller.context,
        sql`administrator`,
      )})
      select (${foundEvents(caller, search, policy.exportPage)}) as found from administrator`,
  )
  return found
}

async function nextPage(
  ports: Pick<Ports, 'database'>,
  caller: Caller,
  search: AuditSearch,
): Promise<FoundEvents> {
  const { found } = await administer<{ found: FoundEvents }>(
    ports,
    caller,
    toRead,
    (administrator) => sql`with administrator as (${administrator})
      select (${foundEvents(caller, search, policy.exportPage)}) as found from administrator`,
  )
  return found
}
