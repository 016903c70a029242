import type { ReactNode } from 'react'

interface FactsProps {
  of: readonly (readonly [label: ReactNode, value: ReactNode])[]
}

/** Names and values. */
export function Facts({ of }: FactsProps) {
  return (
    <dl>
      {of.map(([label, value], at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the list is drawn as a whole, and names may come twice.
        <div key={at}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
