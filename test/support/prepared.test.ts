import { env } from 'cloudflare:workers'
import { expect, it, vi } from 'vitest'
import { mails, newUser, patience } from './client.ts'
import { rows, userOf } from './database.ts'
import { preparedUser } from './prepared.ts'

const tables = await rows<{ name: string }>(
  `select table_name as name from information_schema.columns
   where column_name = 'user_id' and table_schema = 'public' order by 1`,
)

/** Of each person, copied or not. */
const random = new Set([
  'id',
  'audit_key',
  'code_hash',
  'hash',
  'ip_prefix',
  'origin',
  'provider_message_id',
  'request_id',
  'token_hash',
])

/** What is in the database and in the mailbox of an account, but for what no two accounts have in common. */
async function recordsOf(email: string): Promise<Record<string, string[]>> {
  const { id } = await userOf(email)
  const shown = (found: unknown) =>
    JSON.stringify(found, (key, value) => (random.has(key) ? typeof value : value))
      .replaceAll(id, 'id')
      .replaceAll(email, 'email')
      .replaceAll(/"\d{4}-\d\d-\d\dT[^"]*"/g, 'a moment')
  const rowsIn = async (name: string, column: string) => {
    // Whether an event is sealed is not the account's: another file may seal at any moment.
    const found = await rows(
      `select to_jsonb(t) - 'seal' as one from ${name} t where ${column} = $1`,
      [id],
    )
    return found.map(({ one }) => shown(one)).sort()
  }
  const letters = (await mails(email)).map(({ subject, to }) => shown({ subject, to }))
  const records = tables.map(async ({ name }) => [name, await rowsIn(name, 'user_id')])
  return {
    letters,
    users: await rowsIn('users', 'id'),
    ...Object.fromEntries(await Promise.all(records)),
  }
}

it('a copy has whatever somebody has who came in by the front door', async () => {
  const [registered, copied] = [await newUser(), await preparedUser()]
  const found = await recordsOf(copied)
  // A letter is there a little earlier than the note that it was sent.
  await vi.waitFor(async () => expect(await recordsOf(registered)).toEqual(found), patience)
  const counts = Object.entries(found).map(([name, { length }]) => [name, length])
  expect(Object.fromEntries(counts.filter(([, length]) => length))).toEqual({
    audit_events: 2,
    consents: 2,
    letters: 1,
    one_time_tokens: 1,
    outbox: 1,
    password_credentials: 1,
    users: 1,
  })
})

it.each(['nonsense', 'null', '{"to":5}'])(
  '%s is no letter to the inbox, which goes on',
  async (body) => {
    const messages = `${env.SES_ENDPOINT}/api/messages`
    expect((await fetch(messages, { method: 'POST', body })).status).toBe(400)
    expect((await fetch(messages)).status).toBe(200)
  },
)
