import { row, rows } from './database.ts'

/** A statement that has its locks, and ends when it is told to. */
export interface Held {
  /** Waits until so many statements stand behind it, or behind one that does. */
  until(count: number): Promise<void>
  release(): Promise<void>
}

const locking = 'select id from users where id = $1 for update'
/** Of 10 ms: far longer than a request waits for the database. */
const naps = 1_500

/**
 * Begins a statement: `lock` takes what others shall wait for, and `then`, which may read the rows of `lock` from
 * `slept`, runs when it is released. It naps, and ends when somebody else has the advisory lock of its number.
 */
export async function hold(
  lock: string,
  params: unknown[],
  then = 'select 1 from slept',
): Promise<Held> {
  const [number = 0] = crypto.getRandomValues(new Uint32Array(1))
  const name = crypto.randomUUID()
  const statement = `with recursive held as (${lock}),
    nap (n, goes_on, text) as (
      select count(*)::int * 0, true, '${name}' from held
      union all
      select n + 1, pg_try_advisory_lock(${number}) and pg_advisory_unlock(${number}), pg_sleep(0.01)::text
      from nap where goes_on and n < ${naps}
    ),
    slept as (select held.* from held, (select max(n) from nap) woken)
    ${then}`
  let over = false
  const end = rows(statement, params).finally(() => {
    over = true
  })
  end.catch(() => undefined)
  const reach = async (isReached: () => Promise<boolean>) => {
    while (!over && !(await isReached())) await scheduler.wait(10)
  }
  await reach(() => isNapping(name))
  return {
    until: (count) => reach(async () => (await waiting(name)) >= count),
    async release() {
      const free = `select pg_advisory_xact_lock(${number}), pg_sleep(0.03)`
      while (!over) await rows(free)
      await end
    },
  }
}

/** Lets one request after the other come to the account's lock, and then all of them through, in that order. */
export function oneBehindTheOther<T>(userId: string, requests: (() => Promise<T>)[]): Promise<T[]> {
  return behind(locking, userId, requests)
}

/** As {@link oneBehindTheOther}, behind a statement that changes the account: it returns one row, `$1` is its id. */
export async function behind<T>(
  change: string,
  userId: string,
  requests: (() => Promise<T>)[],
): Promise<T[]> {
  const held = await hold(change, [userId])
  const answers: Promise<T>[] = []
  for (const request of requests) {
    answers.push(request())
    await held.until(answers.length)
  }
  await held.release()
  return Promise.all(answers)
}

async function isNapping(name: string): Promise<boolean> {
  const found = await rows(
    `select 1 from pg_stat_activity where wait_event = 'PgSleep' and query like '%' || $1 || '%'`,
    [name],
  )
  return found.length > 0
}

/** How many statements stand behind the one with this name, or behind one that does: other tests have queues of their own. */
async function waiting(name: string): Promise<number> {
  const { count } = await row<{ count: number }>(
    `with recursive queue (pid) as (
       select pid from pg_stat_activity where query like '%' || $1 || '%' and pid <> pg_backend_pid()
       union select a.pid from pg_stat_activity a join queue on queue.pid = any(pg_blocking_pids(a.pid))
       where a.wait_event_type = 'Lock'
     ) select count(*)::int - 1 as count from queue`,
    [name],
  )
  return count
}
