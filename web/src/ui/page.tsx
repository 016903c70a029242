import type { ReactNode } from 'react'
import { Heading } from './heading.tsx'

interface PageProps {
  title: string
  children: ReactNode
}

/** One page, or one step of it. */
export function Page({ title, children }: PageProps) {
  return (
    <main className="card">
      <p className="brand">Gatehouse</p>
      <Heading title={title} />
      {children}
    </main>
  )
}
