import { type ReactNode, useSyncExternalStore } from 'react'

const moved = new EventTarget()

function subscribe(listener: () => void): () => void {
  moved.addEventListener('move', listener)
  addEventListener('popstate', listener)
  return () => {
    moved.removeEventListener('move', listener)
    removeEventListener('popstate', listener)
  }
}

export function usePath(): string {
  return useSyncExternalStore(subscribe, () => location.pathname)
}

/** To another page of this script; the tenant comes along. */
export function go(to: string): void {
  history.pushState(null, '', withTenant(to))
  moved.dispatchEvent(new Event('move'))
  scrollTo(0, 0)
}

interface LinkProps {
  to: string
  children: ReactNode
  /** Looks like a button; without it, like a word of a sentence. */
  kind?: 'primary' | 'plain'
  /** For a list of pages: whoever listens hears which one this is. */
  isCurrent?: boolean
}

/** A link that a browser may open elsewhere, and that otherwise costs no page load. */
export function Link({ to, children, kind, isCurrent = false }: LinkProps) {
  return (
    <a
      className={kind && `button ${kind}`}
      href={withTenant(to)}
      aria-current={isCurrent ? 'page' : undefined}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
        event.preventDefault()
        go(to)
      }}
    >
      {children}
    </a>
  )
}

/** An address of these pages, `/page` or `/page?name=value`, for the tenant of the page that leads there. */
export function withTenant(to: string): string {
  const tenant = new URLSearchParams(location.search).get('tenant')
  if (!tenant) return to
  const [path = '', query] = to.split('?')
  const params = new URLSearchParams(query)
  params.set('tenant', tenant)
  return `${path}?${params}`
}
