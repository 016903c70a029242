import type { client } from '../../client.ts'

export type Search = NonNullable<Parameters<typeof client.admin.audit>[0]>

interface Filters {
  user?: string | undefined
  action?: string | undefined
  outcome?: string | undefined
  /** Days by the clock of the browser, both of them included. */
  from?: string | undefined
  to?: string | undefined
  ip?: string | undefined
}

/** What the service is asked for. */
export function searchOf({ from, to, ...others }: Filters): Search {
  const named = Object.entries({
    ...others,
    from: from && momentOf(from),
    to: to && momentOf(to, 1),
  })
  return Object.fromEntries(named.filter(([, value]) => value)) as Search
}

/** Midnight at the beginning of a day, or of one so many days later. */
function momentOf(day: string, later = 0): string {
  const moment = new Date(`${day}T00:00:00`)
  moment.setDate(moment.getDate() + later)
  return moment.toISOString()
}
