import type { User } from '../../sdk/src/api.ts'
import type { Client } from '../../sdk/src/index.ts'
import type { Terminal } from './terminal.ts'

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i

export interface Search {
  q?: string
  status?: 'pending' | 'active' | 'disabled' | 'deleted'
  role?: 'owner' | 'admin' | 'member'
}

/** Lists accounts, newest first: a page of them, or all. */
export async function listUsers(
  client: Pick<Client, 'admin'>,
  search: Search,
  isAll: boolean,
  { say, note }: Pick<Terminal, 'say' | 'note'>,
): Promise<void> {
  let cursor: string | null = null
  let count = 0
  do {
    const page: { users: User[]; next_cursor: string | null } = await client.admin.users({
      ...search,
      ...(cursor ? { cursor } : {}),
    })
    for (const user of page.users) say(lineOf(user))
    count += page.users.length
    cursor = page.next_cursor
  } while (cursor && isAll)
  if (count === 0) note('No such account.')
  if (cursor) note('There are more: --all lists them.')
}

function lineOf({ id, email, phone_e164: phone, status, roles, mfa_enabled: mfa }: User): string {
  const role = ['owner', 'admin'].find((name) => roles.includes(name)) ?? 'member'
  return [id, email ?? phone ?? '-', status, role, mfa ? 'mfa' : '-'].join('\t')
}

/** The id of an account that is named by its id or its e-mail address. */
export async function idOf(client: Pick<Client, 'admin'>, name = ''): Promise<string> {
  if (uuid.test(name)) return name
  if (!name.includes('@')) throw new Error('Name an account by its id or its e-mail address.')
  const { users } = await client.admin.users({ q: name })
  const found = users.find(({ email }) => email === name.toLowerCase())
  if (!found) throw new Error(`There is no account ${name} in this tenant.`)
  return found.id
}
