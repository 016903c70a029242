import { env } from 'cloudflare:workers'
import { type SQL, sql } from 'drizzle-orm'
import { PgDialect } from 'drizzle-orm/pg-core'
import { sealAudit } from '../../src/audit/seal.ts'
import { verifyAudit } from '../../src/audit/verify.ts'
import type { Config, Key } from '../../src/config.ts'
import { connect } from '../../src/database/connect.ts'
import {
  type AuditAnchor,
  type Database,
  newMeter,
  type Ports,
  type Retry,
  type Row,
} from '../../src/ports.ts'

export type AuditPorts = Pick<Ports, 'auditAnchor' | 'clock' | 'config' | 'database'>

/** An anchor that a test can look at and exchange. */
export class MemoryAnchor implements AuditAnchor {
  text: string | null = null

  read(): Promise<string | null> {
    return Promise.resolve(this.text)
  }

  write(seal: string): Promise<void> {
    this.text = seal
    return Promise.resolve()
  }
}

export function newKey(id: string): Key {
  return { id, bytes: crypto.getRandomValues(new Uint8Array(32)) }
}

export function withKeys(...all: [Key, ...Key[]]): Config {
  return { keys: { audit: { current: all[0], all } } } as unknown as Config
}

/** Audit tables of a test's own, made like the real ones: here rows can be tampered with, and nobody else's disturb. */
export async function openTrail() {
  const shared = connect({ url: env.DATABASE_URL, endpoint: env.DATABASE_ENDPOINT }, newMeter(), {
    at: Number.MAX_SAFE_INTEGER,
  })
  const schema = `audit_${crypto.randomUUID().replaceAll('-', '')}`
  const database = moveTo(schema, shared)
  const anchor = new MemoryAnchor()
  const config = withKeys(newKey('first'))
  const clock = { now: () => Date.UTC(2026, 10, 1, 12, 0, 0, 123) }
  const ports: AuditPorts = { auditAnchor: anchor, clock, config, database }

  await shared.run(sql.raw(`create schema ${schema}`), 'once')
  for (const table of ['audit_events', 'audit_seals']) {
    const like = `create table ${schema}.${table} (like public.${table} including all)`
    await shared.run(sql.raw(like), 'once')
  }
  let keptAnchor: string | null = null

  async function empty(): Promise<void> {
    await database.run(sql`truncate audit_events, audit_seals`, 'once')
    anchor.text = null
  }

  return {
    ports,
    anchor,
    database,
    tamper: (statement: SQL) => database.run(statement, 'once'),
    seal: () => sealAudit(ports),
    verify: () => verifyAudit(ports),
    /** Rows `first` to `last`, by number: see {@link idOf}. */
    async write(first: number, last = first) {
      for (let from = first; from <= last; from += rowsOfStatement) {
        const through = Math.min(from + rowsOfStatement - 1, last)
        await database.run(eventsBetween(from, through), 'once')
      }
    },
    empty,
    /** Remembers the whole trail as it is. */
    async keep() {
      for (const table of ['events', 'seals']) {
        const copy = `create table ${schema}.kept_${table} as table ${schema}.audit_${table}`
        await shared.run(sql.raw(copy), 'once')
      }
      keptAnchor = anchor.text
    },
    /** Back to what was kept. */
    async restore() {
      await empty()
      for (const table of ['events', 'seals']) {
        const copy = `insert into ${schema}.audit_${table} table ${schema}.kept_${table}`
        await shared.run(sql.raw(copy), 'once')
      }
      anchor.text = keptAnchor
    },
    close: () => shared.run(sql.raw(`drop schema ${schema} cascade`), 'once'),
  }
}

/** A statement has three seconds, on a machine that is busy with other work too. */
const rowsOfStatement = 1_000

export function idOf(number: number): string {
  return `01900000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`
}

function eventsBetween(first: number, last: number): SQL {
  return sql`insert into audit_events (
      id, tenant_id, user_id, session_id, action, outcome, reason, origin, request_id,
      details, occurred_at
    )
    select ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
      '00000000-0000-7000-8000-000000000001', gen_random_uuid(), gen_random_uuid(), 'session.opened', 'success',
      'password "quoted" \\ é 🙂', sha256('where from'), gen_random_uuid()::text,
      json_build_object('method', 'password', 'n', n), now()
    from generate_series(${first}::integer, ${last}::integer) as n`
}

/** The same statements on the tables of another schema, and on what a test keeps of them. */
function moveTo(schema: string, database: Database): Database {
  const dialect = new PgDialect()
  return {
    run<T extends Row>(statement: SQL, retry: Retry): Promise<T[]> {
      const { sql: text, params } = dialect.sqlToQuery(statement)
      const moved = text.replace(/\baudit_(?:events|seals)(?:_kept)?\b/g, `${schema}.$&`)
      const chunks = moved.split(/\$\d+/).map((part) => sql.raw(part))
      const whole = chunks.flatMap((part, at) =>
        at === 0 ? [part] : [sql`${sql.param(params[at - 1])}`, part],
      )
      return database.run<T>(sql.join(whole), retry)
    },
  }
}
