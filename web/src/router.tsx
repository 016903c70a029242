import { type ReactNode, useEffect, useSyncExternalStore } from 'react'

const moved = new EventTarget()

/** Asks before a page is left, and leaves it or not. */
type Guard = (leave: () => void) => void

let guard: { ask: Guard; at: string } | null = null

// Of a step back the page hears once it is taken, and before anybody who would draw another.
addEventListener('popstate', (event) => {
  const to = here()
  if (!guard || guard.at === to) return
  event.stopImmediatePropagation()
  history.pushState(null, '', guard.at)
  guard.ask(() => move(to))
})

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

function here(): string {
  return location.pathname + location.search
}

/** To another page of this script; the tenant comes along. */
export function go(to: string): void {
  leave(() => move(withTenant(to)))
}

function move(to: string): void {
  history.pushState(null, '', to)
  moved.dispatchEvent(new Event('move'))
  scrollTo(0, 0)
}

/** Whatever ends what a page shows: at once, or once its guard lets go. */
export function leave(how: () => void): void {
  if (guard) guard.ask(how)
  else how()
}

/** For a page whose content is there this once. `ask` stays the same function; a browser asks in words of its own. */
export function useGuard(ask: Guard): void {
  useEffect(() => {
    guard = { ask, at: here() }
    const stay = (event: BeforeUnloadEvent) => event.preventDefault()
    addEventListener('beforeunload', stay)
    return () => {
      guard = null
      removeEventListener('beforeunload', stay)
    }
  }, [ask])
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
