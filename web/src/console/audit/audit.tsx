import { useAuth } from 'gatehouse-client/react'
import { useCallback } from 'react'
import { auditActions } from '../../../../src/audit/actions.ts'
import { client } from '../../client.ts'
import { Heading } from '../../ui/heading.tsx'
import { usePages } from '../../ui/use-pages.ts'
import { FilterField } from '../filter-field.tsx'
import { FilterSelect } from '../filter-select.tsx'
import { PageList } from '../page-list.tsx'
import { useFilters } from '../use-filters.ts'
import { sayConsole } from '../words.ts'
import { AuditEntry } from './audit-entry.tsx'
import { ExportAudit } from './export-audit.tsx'
import { type Search, searchOf } from './search.ts'
import { VerifyAudit } from './verify-audit.tsx'
import { sayAudit } from './words.ts'

/** What has happened in the tenant, newest first. */
export function Audit() {
  const { user: self } = useAuth()
  const [filters, setFilter] = useFilters(['user', 'action', 'outcome', 'from', 'to', 'ip'])
  const { user, action, outcome, from, to, ip } = filters
  const load = useCallback(
    async (cursor: string | undefined, signal?: AbortSignal) => {
      const search: Search = searchOf({ user, action, outcome, from, to, ip })
      const answer = await client.admin.audit(
        { ...search, ...(cursor ? { cursor } : {}) },
        signal ? { signal } : {},
      )
      return { items: answer.events, next: answer.next_cursor }
    },
    [user, action, outcome, from, to, ip],
  )
  const pages = usePages(load)
  const field = (name: keyof typeof filters) => ({
    name,
    initial: filters[name] ?? '',
    onSettled: (text: string) => setFilter(name, text),
  })
  const { refusal } = pages.list
  return (
    <>
      <Heading title={sayConsole('audit')} />
      <search className="filters">
        <FilterSelect
          {...field('action')}
          label={sayAudit('action')}
          options={auditActions.map((value) => ({ value, label: value }))}
        />
        <FilterSelect
          {...field('outcome')}
          label={sayAudit('outcome')}
          options={[
            { value: 'success', label: sayAudit('success') },
            { value: 'failure', label: sayAudit('failure') },
          ]}
        />
        <FilterField {...field('from')} type="date" label={sayAudit('from')} />
        <FilterField {...field('to')} type="date" label={sayAudit('to')} />
        <FilterField
          {...field('ip')}
          label={sayAudit('ip')}
          error={refusal?.field('ip')?.message}
        />
        <FilterField
          {...field('user')}
          label={sayAudit('user')}
          error={refusal?.field('user')?.message}
        />
      </search>
      <ExportAudit search={searchOf(filters)} />
      <PageList pages={pages} label={sayConsole('audit')} keyOf={({ id }) => id}>
        {(event) => <AuditEntry event={event} />}
      </PageList>
      {self?.tenant === 'default' && self.roles.includes('owner') && <VerifyAudit />}
    </>
  )
}
