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
  const holding = rows(`with held as (${change}) select pg_sleep(2) from held`, [userId]).then(
    () => {
      held.over = true
    },
  )
  const answers: Promise<T>[] = []
  await scheduler.wait(100)
  for (const request of requests) {
    answers.push(request())
    while (!held.over && (await waiting()) < answers.length) await scheduler.wait(20)
  }
  await holding
  return Promise.all(answers)
}

/** How many statements of this database wait for a lock. */
async function waiting(): Promise<number> {
  const { count } = await row<{ count: number }>(
    `select count(*)::int as count from pg_stat_activity
     where datname = current_database() and wait_event_type = 'Lock'`,
  )
  return count
}
