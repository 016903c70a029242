import { useState } from 'react'
import { withTenant } from '../router.tsx'

type Filters<N extends string> = Partial<Record<N, string>>

/** What a list is narrowed to. It stands in the address, so that whoever comes back finds the list as it was. */
export function useFilters<N extends string>(
  names: readonly N[],
): [Filters<N>, (name: N, value: string) => void] {
  const [filters, setFilters] = useState<Filters<N>>(() => {
    const params = new URLSearchParams(location.search)
    const given = names.map((name) => [name, params.get(name) ?? ''] as const)
    return Object.fromEntries(given.filter(([, value]) => value)) as Filters<N>
  })
  const set = (name: N, value: string) => {
    const { [name]: _, ...others } = filters
    const next = (value ? { ...others, [name]: value } : others) as Filters<N>
    const query = new URLSearchParams(next as Record<string, string>)
    history.replaceState(null, '', withTenant(`${location.pathname}?${query}`))
    setFilters(next)
  }
  return [filters, set]
}
