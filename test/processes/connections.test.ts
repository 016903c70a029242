import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Connections } from '../../dev/connections.ts'
import { type Postgres, startPostgres } from '../../dev/postgres.ts'
import { freePort } from '../stack.ts'

let postgres: Postgres
let connections: Connections

beforeAll(async () => {
  postgres = await startPostgres({ port: await freePort() })
  connections = new Connections({ connectionString: postgres.connectionString, max: 2 })
})
afterAll(async () => {
  await connections.end()
  await postgres.stop()
})

describe('connections to Postgres', () => {
  it('are given to whoever names what they have planned', async () => {
    const one = await connections.take('one')
    const other = await connections.take('other')
    connections.giveBack(one)
    connections.giveBack(other)
    expect(await connections.take('one')).toBe(one)
    expect(await connections.take('other')).toBe(other)
    connections.giveBack(other)
    connections.giveBack(one)
    expect(await connections.take('other')).toBe(other)
    expect(await connections.take('neither')).toBe(one)
    connections.giveBack(one)
    connections.giveBack(other)
  })

  it('are waited for where all are taken', async () => {
    const taken = [await connections.take(), await connections.take()]
    const third = connections.take()
    expect(await Promise.race([third, sleep(50, 'waits')])).toBe('waits')
    for (const client of taken) connections.giveBack(client)
    const client = await third
    expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }])
    connections.giveBack(client)
  })

  it('are replaced where one died, in use or not', async () => {
    const used = await connections.take()
    await expect(used.query('select pg_terminate_backend(pg_backend_pid())')).rejects.toThrow()
    connections.giveBack(used, true)
    const killer = await connections.take()
    const others =
      'select pg_terminate_backend(pid) from pg_stat_activity where usename = $1 and pid <> $2'
    const idle = await connections.take()
    connections.giveBack(idle)
    const ended = new Promise((resolve) => idle.once('end', resolve))
    const { rows } = await killer.query('select pg_backend_pid() as pid')
    await killer.query(others, ['gatehouse', rows[0].pid])
    await ended
    const fresh = await connections.take()
    expect(fresh).not.toBe(idle)
    expect((await fresh.query('select 1 as one')).rows).toEqual([{ one: 1 }])
    connections.giveBack(fresh)
    connections.giveBack(killer)
  })

  it('end with the others, and those that are in use once they are given back', async () => {
    const { connectionString } = postgres
    const ending = new Connections({ connectionString, max: 2 })
    const [used, idle] = [await ending.take(), await ending.take()]
    const ended = [used, idle].map((client) => new Promise((done) => client.once('end', done)))
    ending.giveBack(idle)
    await ending.end()
    await ended[1]
    expect((await used.query('select 1 as one')).rows).toEqual([{ one: 1 }])
    ending.giveBack(used)
    await ended[0]
  })

  it('are refused to all who ask while there is no Postgres, and to those who wait', async () => {
    const nowhere = new Connections({
      connectionString: `postgres://nobody:nothing@127.0.0.1:${await freePort()}/nothing`,
      max: 2,
    })
    const asked = await Promise.allSettled([1, 2, 3, 4].map(() => nowhere.take()))
    expect(asked.map(({ status }) => status)).toEqual(Array(4).fill('rejected'))
    await nowhere.end()
  })
})
