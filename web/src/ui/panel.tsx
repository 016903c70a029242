import { type ReactNode, useId } from 'react'

interface PanelProps {
  title: string
  children: ReactNode
}

/** One matter of a page of an area. */
export function Panel({ title, children }: PanelProps) {
  const titleId = useId()
  return (
    <section className="panel" aria-labelledby={titleId}>
      <h2 id={titleId}>{title}</h2>
      {children}
    </section>
  )
}
