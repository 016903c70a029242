import { type ReactNode, useEffect, useRef } from 'react'

interface PageProps {
  title: string
  children: ReactNode
  isWide?: boolean
}

/** One page, or one step of it: whoever listens hears its title first. */
export function Page({ title, children, isWide = false }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${title} · Gatehouse`
    heading.current?.focus({ preventScroll: true })
  }, [title])
  return (
    <main className={isWide ? 'card wide' : 'card'}>
      <p className="brand">Gatehouse</p>
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      {children}
    </main>
  )
}
