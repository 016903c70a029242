import { sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { built } from '../../src/database/built.ts'

const made: string[] = []
const find = built(['tenant', 'email'], (p) => {
  made.push('statement')
  return sql`select id from users where tenant_id = ${p.tenant} and email = ${p.email} and ${p.tenant} is not null`
})

it('puts the text together once, and keeps no value of a use for another', () => {
  const one = find({ tenant: 'a', email: 'one@example.com' })
  const other = find({ tenant: 'b', email: "'; drop table users" })
  expect(one).toEqual({
    sql: 'select id from users where tenant_id = $1 and email = $2 and $3 is not null',
    params: ['a', 'one@example.com', 'a'],
  })
  expect(other).toEqual({ sql: one.sql, params: ['b', "'; drop table users", 'b'] })
  expect(made).toEqual(['statement'])
})

it('refuses a use that leaves out a value', () => {
  const careless = find as (values: { tenant: string }) => unknown
  expect(() => careless({ tenant: 'a' })).toThrow('email')
})
