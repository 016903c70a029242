import { site } from './site.ts'

/** One value from the database: the first column of the first row. */
export async function oneValue<T>(query: string, ...values: unknown[]): Promise<T> {
  const { rows } = await site().database.query({ text: query, values, rowMode: 'array' })
  return rows[0]?.[0] as T
}

/** How many rows of the trail an account has of one action. */
export function recorded(action: string, email: string): Promise<number> {
  return oneValue(
    `select count(*)::int from audit_events e join users u on u.id = e.user_id
      where e.action = $1 and u.email = $2`,
    action,
    email,
  )
}

/** How many letters of one kind were written for an account, sent or not. */
export function letters(letter: string, email: string): Promise<number> {
  return oneValue(
    `select count(*)::int from outbox o join users u on u.id = o.user_id
      where o.letter = $1 and u.email = $2`,
    letter,
    email,
  )
}

/** Makes every letter that waits for a later try due now. */
export async function ageOutbox(email: string): Promise<void> {
  await site().database.query(
    `update outbox set next_attempt_at = now() - interval '1 second'
      where status = 'pending' and user_id = (select id from users where email = $1)`,
    [email],
  )
}
