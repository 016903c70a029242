import type { ReactNode } from 'react'

interface FactsProps {
  of: readonly (readonly [label: string, value: ReactNode])[]
}

/** Names and values. */
export function Facts({ of }: FactsProps) {
  return (
    <dl>
      {of.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
