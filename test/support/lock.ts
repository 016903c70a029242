import { row, rows } from './database.ts'

const locking = 'select id from users where id = $1 for update'

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
  const held = { over: false }
  const name = crypto.randomUUID()
  const holding = rows(`with held as (${change}) select pg_sleep(2), '${name}' from held`, [
    userId,
  ]).then(() => {
    held.over = true
  })
  const answers: Promise<T>[] = []
  await scheduler.wait(100)
  for (const request of requests) {
    answers.push(request())
    while (!held.over && (await waiting(name)) < answers.length) await scheduler.wait(20)
  }
  await holding
  return Promise.all(answers)
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
