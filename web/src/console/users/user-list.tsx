import type { User } from 'gatehouse-client'
import { useCallback } from 'react'
import { client } from '../../client.ts'
import { Link } from '../../router.tsx'
import { Heading } from '../../ui/heading.tsx'
import { usePages } from '../../ui/use-pages.ts'
import { FilterField } from '../filter-field.tsx'
import { FilterSelect } from '../filter-select.tsx'
import { Moment } from '../moment.tsx'
import { PageList } from '../page-list.tsx'
import { nameOf } from '../person-name.ts'
import { roleOf, roleOptions } from '../roles.ts'
import { useFilters } from '../use-filters.ts'
import { sayConsole } from '../words.ts'
import { statuses, UserStatus } from './user-status.tsx'
import { sayUsers } from './words.ts'

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
  const field = (name: keyof typeof filters) => ({
    name,
    initial: filters[name] ?? '',
    onSettled: (text: string) => setFilter(name, text),
  })
  return (
    <>
      <Heading title={sayConsole('users')} />
      <search className="filters">
        <FilterField
          {...field('q')}
          label={sayUsers('search')}
          hint={sayUsers('searchHint')}
          shortest={shortestSearch}
        />
        <FilterSelect {...field('status')} label={sayConsole('status')} options={statuses} />
        <FilterSelect {...field('role')} label={sayConsole('role')} options={roleOptions} />
        <FilterSelect
          {...field('mfa')}
          label={sayUsers('secondFactor')}
          options={[
            { value: 'true', label: sayUsers('withFactor') },
            { value: 'false', label: sayUsers('withoutFactor') },
          ]}
        />
      </search>
      <PageList pages={pages} label={sayConsole('users')} keyOf={({ id }) => id}>
        {(user) => <UserEntry user={user} />}
      </PageList>
    </>
  )
}

function UserEntry({ user }: { user: User }) {
  const role = roleOf(user.roles)
  const title = nameOf(user)
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
