import { useState } from 'react'
import { withTenant } from '../router.tsx'

type Filters<N extends string> = Partial<Record<N, string>>

/** Names and addresses of people: kept by the browser's history, out of the address that others are shown. */
const isPersonal = (name: string) => name === 'q'

/** What a list is narrowed to. It stands in the address, so that whoever comes back finds the list as it was. */
export function useFilters<N extends string>(
  names: readonly N[],
): [Filters<N>, (name: N, value: string) => void] {
  const [filters, setFilters] = useState<Filters<N>>(() => {
    const params = new URLSearchParams(location.search)
    const kept = new URLSearchParams(history.state?.filters)
    const given = names.map((name) => [name, (isPersonal(name) ? kept : params).get(name)] as const)
    return Object.fromEntries(given.filter(([, value]) => value)) as Filters<N>
  })
  const set = (name: N, value: string) => {
    const { [name]: _, ...others } = filters
    const next = (value ? { ...others, [name]: value } : others) as Filters<N>
    const shown = new URLSearchParams()
    const kept = new URLSearchParams()
    for (const [each, text] of Object.entries<string>(next as Record<string, string>)) {
      ;(isPersonal(each) ? kept : shown).set(each, text)
    }
    const address = withTenant(`${location.pathname}?${shown}`)
    history.replaceState({ filters: String(kept) }, '', address)
    setFilters(next)
  }
  return [filters, set]
}
