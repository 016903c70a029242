import type { User } from 'gatehouse-client'
import { useCallback, useEffect, useState } from 'react'
import { client } from '../../client.ts'
import { Link } from '../../router.tsx'
import { Heading } from '../../ui/heading.tsx'
import { Select } from '../../ui/select.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { Moment } from '../moment.tsx'
import { PageList } from '../page-list.tsx'
import { roleOf, roleOptions } from '../roles.ts'
import { useFilters } from '../use-filters.ts'
import { usePages } from '../use-pages.ts'
import { sayConsole } from '../words.ts'
import { titleOf } from './title.ts'
import { statuses, UserStatus } from './user-status.tsx'
import { sayUsers } from './words.ts'

/** Milliseconds without a key before the service is asked. */
const pause = 300
/** Characters; a shorter beginning finds half of everybody. */
const shortestSearch = 2

type Search = NonNullable<Parameters<typeof client.admin.users>[0]>

export function UserList() {
  const [filters, setFilter] = useFilters(['q', 'status', 'role', 'mfa'])
  const { q, status, role, mfa } = filters
  const load = useCallback(
    async (cursor: string | undefined, signal?: AbortSignal) => {
      const search: Record<string, string | undefined> = { q, status, role, mfa, cursor }
      const answer = await client.admin.users(search as Search, signal ? { signal } : {})
      return { items: answer.users, next: answer.next_cursor }
    },
    [q, status, role, mfa],
  )
  const pages = usePages(load)
  return (
    <>
      <Heading title={sayConsole('users')} />
      <search className="filters">
        <SearchField initial={q ?? ''} onSettled={(text) => setFilter('q', text)} />
        <Select
          name="status"
          label={sayConsole('status')}
          options={statuses}
          error={undefined}
          isRequired={false}
          defaultValue={status ?? ''}
          emptyLabel={sayConsole('any')}
          onChange={(value) => setFilter('status', value)}
        />
        <Select
          name="role"
          label={sayConsole('role')}
          options={roleOptions}
          error={undefined}
          isRequired={false}
          defaultValue={role ?? ''}
          emptyLabel={sayConsole('any')}
          onChange={(value) => setFilter('role', value)}
        />
        <Select
          name="mfa"
          label={sayUsers('secondFactor')}
          options={[
            { value: 'true', label: sayUsers('withFactor') },
            { value: 'false', label: sayUsers('withoutFactor') },
          ]}
          error={undefined}
          isRequired={false}
          defaultValue={mfa ?? ''}
          emptyLabel={sayConsole('any')}
          onChange={(value) => setFilter('mfa', value)}
        />
      </search>
      <PageList pages={pages} label={sayConsole('users')} keyOf={({ id }) => id}>
        {(user) => <UserEntry user={user} />}
      </PageList>
    </>
  )
}

interface SearchFieldProps {
  initial: string
  onSettled: (text: string) => void
}

/** Searches while somebody types, once they stop for a moment. */
function SearchField({ initial, onSettled }: SearchFieldProps) {
  const [typed, setTyped] = useState(initial)
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what is typed begins the pause anew.
  useEffect(() => {
    const text = typed.trim()
    if (text === initial || (text && text.length < shortestSearch)) return
    const timer = setTimeout(() => onSettled(text), pause)
    return () => clearTimeout(timer)
  }, [typed])
  return (
    <TextField
      name="q"
      label={sayUsers('search')}
      hint={sayUsers('searchHint')}
      autoComplete="off"
      defaultValue={initial}
      onChange={setTyped}
    />
  )
}

function UserEntry({ user }: { user: User }) {
  const role = roleOf(user.roles)
  const title = titleOf(user)
  const address = user.email ?? user.phone_e164
  return (
    <>
      <div>
        <Link to={`/console/users/${user.id}`}>{title}</Link>
        {title !== address && <small>{address}</small>}
      </div>
      <div className="marks">
        <UserStatus status={user.status} />
        {role !== 'member' && <span className="mark role">{sayConsole(role)}</span>}
      </div>
      <small>
        {sayUsers('lastSignIn')}: <Moment at={user.last_login_at} />
      </small>
    </>
  )
}
