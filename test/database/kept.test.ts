import { sql } from 'drizzle-orm'
import { expect, it, vi } from 'vitest'
import { kept } from '../../src/database/kept.ts'

const types = { generation: 'integer', hash: 'bytea' } as const
const find = kept('find_00000000', types, (p) => sql`select ${p.generation}, ${p.hash}`)
const database = { run: vi.fn(async () => []) }

it('gives its values in the order of its parameters, and null where no row answers', async () => {
  expect(await find.run(database, { hash: '\\x00ff', generation: 7 }, 'idempotent')).toBeNull()
  const call = { sql: 'select "find_00000000"($1, $2) as kept', params: [7, '\\x00ff'] }
  expect(database.run).toHaveBeenCalledExactlyOnceWith(call, 'idempotent')
})

it('takes no other text for bytes, such as a secret beside its hash', async () => {
  // @ts-expect-error: the compiler refuses it, and this line is refused where it would not.
  await find.run(database, { hash: 'ghr_secret', generation: 7 }, 'idempotent')
  expect(find.definition()).toContain('"find_00000000"(integer, bytea)')
})
