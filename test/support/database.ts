import { env } from 'cloudflare:workers'
import { neon, neonConfig } from '@neondatabase/serverless'

neonConfig.fetchEndpoint = () => env.DATABASE_ENDPOINT
const query = neon(env.DATABASE_URL)

/** One statement against the Postgres behind the Worker. */
export async function rows<T = Record<string, unknown>>(
  statement: string,
  params: unknown[] = [],
): Promise<T[]> {
  return (await query.query(statement, params)) as T[]
}

/** The only row of a statement. */
export async function row<T = Record<string, unknown>>(
  statement: string,
  params: unknown[] = [],
): Promise<T> {
  const found = await rows<T>(statement, params)
  if (found.length !== 1) throw new Error(`${found.length} rows instead of one`)
  return found[0] as T
}

export interface UserRow {
  id: string
  tenant_id: string
  status: string
  first_name: string | null
  last_name: string | null
  locale: string
}

/** The account of an address, in whatever tenant: addresses of tests are random. */
export function userOf(email: string): Promise<UserRow> {
  return row<UserRow>('select * from users where email = $1', [email])
}

/** Changes columns of one account: what an administrator will do. */
export async function setUser(email: string, changes: Record<string, unknown>): Promise<void> {
  const columns = Object.keys(changes).map((name, index) => `${name} = $${index + 2}`)
  await row(`update users set ${columns.join(', ')} where email = $1 returning id`, [
    email,
    ...Object.values(changes),
  ])
}

/** As if so many seconds had passed since the links and codes of an address were made. */
export async function ageTokens(email: string, seconds: number): Promise<void> {
  const aged = await rows(
    `update one_time_tokens t set created_at = t.created_at - make_interval(secs => $2),
       expires_at = t.expires_at - make_interval(secs => $2)
     from users u where u.id = t.user_id and u.email = $1 returning t.id`,
    [email, seconds],
  )
  if (aged.length === 0) throw new Error('no token to age')
}

/** As if so many seconds had passed since the recoveries of an address began. */
export async function ageRecovery(email: string, seconds: number): Promise<void> {
  const moved = ['created_at', 'completes_at', 'expires_at'].map(
    (name) => `${name} = r.${name} - make_interval(secs => $2)`,
  )
  const aged = await rows(
    `update recoveries r set ${moved.join(', ')}
     from users u where u.id = r.user_id and u.email = $1 returning r.id`,
    [email, seconds],
  )
  if (aged.length === 0) throw new Error('no recovery to age')
}

/** As if so many seconds had passed since the devices of an address were remembered. */
export async function ageDevices(email: string, seconds: number): Promise<void> {
  const aged = await rows(
    `update devices d set remembered_until = d.remembered_until - make_interval(secs => $2)
     from users u where u.id = d.user_id and u.email = $1 and d.remembered_until is not null returning d.id`,
    [email, seconds],
  )
  if (aged.length === 0) throw new Error('no remembered device to age')
}

/** As if the code that an account's authenticator app has shown had been that of a time step earlier. */
export async function ageStep(userId: string): Promise<void> {
  await row(
    `update factors set last_step = last_step - 1 where user_id = $1 and type = 'totp' returning id`,
    [userId],
  )
}

/** As if so many seconds had passed since the codes that were mailed or texted to an account as a factor. */
export async function ageMailedCodes(email: string, seconds: number): Promise<void> {
  const aged = await rows(
    `with codes as (
       update factor_codes c set expires_at = c.expires_at - make_interval(secs => $2)
       from users u where u.id = c.user_id and u.email = $1
     )
     update factor_sends s set sent_at = s.sent_at - make_interval(secs => $2),
       window_at = s.window_at - make_interval(secs => $2)
     from users u where u.id = s.user_id and u.email = $1 returning s.user_id`,
    [email, seconds],
  )
  if (aged.length === 0) throw new Error('no mailed code to age')
}

const sessionMoments = [
  'created_at',
  'authenticated_at',
  'refreshed_at',
  'last_seen_at',
  'expires_at',
  'ends_at',
  'revoked_at',
]

/** As if so many seconds had passed over a session. */
export async function ageSession(id: string, seconds: number): Promise<void> {
  const moved = sessionMoments.map((name) => `${name} = ${name} - make_interval(secs => $2)`)
  await row(`update sessions set ${moved.join(', ')} where id = $1 returning id`, [id, seconds])
}

/** As if so many seconds had passed since an address got its first mail of the hour. */
export async function ageMailWindow(email: string, seconds: number): Promise<void> {
  await row(
    `update users set mail_window_at = mail_window_at - make_interval(secs => $2),
       reset_window_at = reset_window_at - make_interval(secs => $2),
       recover_window_at = recover_window_at - make_interval(secs => $2)
     where email = $1 returning id`,
    [email, seconds],
  )
}

export interface AuditRow {
  action: string
  outcome: string
  reason: string | null
  session_id: string | null
  ip_prefix: string | null
}

/** The trail of an account, oldest first. */
export function trailOf(email: string): Promise<AuditRow[]> {
  return rows<AuditRow>(
    `select e.action, e.outcome, e.reason, e.session_id,
       audit_origin_opened(e.user_id, e.origin) ->> 'ip_prefix' as ip_prefix
     from audit_events e join users u on u.id = e.user_id where u.email = $1 order by e.id`,
    [email],
  )
}

/** Rows of the trail of an account with one action. */
export async function trailEntries(email: string, action: string): Promise<AuditRow[]> {
  return (await trailOf(email)).filter((entry) => entry.action === action)
}

/** Names of the letters that were written for an account, oldest first; `none` sends nothing. */
export async function lettersFor(email: string): Promise<string[]> {
  const found = await rows<{ letter: string }>(
    `select o.letter from outbox o join users u on u.id = o.user_id
     where u.email = $1 order by o.created_at, o.id`,
    [email],
  )
  return found.map(({ letter }) => letter)
}
