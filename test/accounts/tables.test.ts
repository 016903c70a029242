import { is, type SQL, sql } from 'drizzle-orm'
import { getTableConfig, PgDialect, PgTable } from 'drizzle-orm/pg-core'
import { describe, expect, it } from 'vitest'
import { exported, notExported, withheldOfUser } from '../../src/accounts/exported.ts'
import { tombstoned } from '../../src/accounts/tombstone.ts'
import * as schema from '../../src/database/schema.ts'

const tables = Object.values(schema)
  .filter((value) => is(value, PgTable))
  .map((table) => getTableConfig(table as PgTable))
const ofAccounts = tables.filter(({ columns }) => columns.some(({ name }) => name === 'user_id'))
const users = tables.filter(({ name }) => name === 'users')

const secret = /hash|sealed|pepper|secret|token|payload|_key$|^selector$|credential_id/

/** What a tombstone leaves where it is, and why nothing in it tells of a person. */
const keptByTombstones: Record<string, string> = {
  audit_events: 'the trail: where from somebody acted was sealed with a key that is gone',
}

/** Columns of a tombstone that stay, in their order. */
const keptColumns: Record<string, string> = {
  id: 'random: what the trail names',
  tenant_id: 'whose trail it is',
  mail_window_at: 'when a window of counts began, the counts being none',
  reset_window_at: 'the same',
  recover_window_at: 'the same',
  created_at: 'since when there was an account',
  updated_at: 'set by a trigger',
}

function textOf(statement: SQL): string {
  return new PgDialect().sqlToQuery(statement).sql
}

function withheldIn(table: string): readonly string[] {
  return Object.values(exported).find((one) => one.table === table)?.withheld ?? []
}

describe('an export', () => {
  it('holds every table that names an account, or says why not', () => {
    const held = [...Object.values(exported).map(({ table }) => table), ...Object.keys(notExported)]
    expect(
      ofAccounts.map(({ name }) => name).filter((name) => !held.includes(name as never)),
    ).toEqual([])
  })

  it.each(tables.map((table) => [table.name, table] as const))(
    'holds no secret of %s',
    (name, { columns }) => {
      if (!Object.values(exported).some(({ table }) => table === name)) return
      const secrets = columns.filter(
        (column) => secret.test(column.name) || column.getSQLType() === 'bytea',
      )
      const open = secrets
        .map((column) => column.name)
        .filter((column) => !withheldIn(name).includes(column))
      expect(open).toEqual([])
    },
  )

  it('withholds the key of the trail', () => {
    const keys = users.flatMap(({ columns }) =>
      columns.filter((column) => column.getSQLType() === 'bytea').map((column) => column.name),
    )
    expect(keys).toEqual([...withheldOfUser])
  })
})

describe('a tombstone', () => {
  const text = textOf(tombstoned(sql`owner`))

  it('empties every table that names an account, or says why not', () => {
    const left = ofAccounts
      .map(({ name }) => name)
      .filter((name) => !new RegExp(`(delete from|update) ${name} x`).test(text))
    expect(left).toEqual(Object.keys(keptByTombstones))
  })

  it('empties or resets every column of the account, or says why not', () => {
    const assigned = text.slice(text.indexOf('set '), text.indexOf('from owner'))
    const left = users
      .flatMap(({ columns }) => columns.map(({ name }) => name))
      .filter((name) => !new RegExp(`\\b${name}"? = `).test(assigned))
    expect(left).toEqual(Object.keys(keptColumns))
  })
})
