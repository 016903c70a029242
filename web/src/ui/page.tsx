import type { ReactNode } from 'react'
import { say } from '../words/words.ts'
import { useBrand } from './brand.ts'
import { Heading } from './heading.tsx'

interface PageProps {
  title: string
  children: ReactNode
}

/** One page, or one step of it. */
export function Page({ title, children }: PageProps) {
  const { name, supportUrl } = useBrand()
  return (
    <main className="card">
      <p className="brand">{name}</p>
      <Heading title={title} />
      {children}
      {supportUrl && (
        <p className="foot">
          <a href={supportUrl}>{say('help')}</a>
        </p>
      )}
    </main>
  )
}
