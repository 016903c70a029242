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
export function go(path: string): void {
  history.pushState(null, '', withTenant(path))
  moved.dispatchEvent(new Event('move'))
  scrollTo(0, 0)
}

/** A link that a browser may open elsewhere, and that otherwise costs no page load. */
export function Link({ to, children }: { to: string; children: ReactNode }) {
  return (
    <a
      href={withTenant(to)}
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

export function withTenant(path: string): string {
  const tenant = new URLSearchParams(location.search).get('tenant')
  return tenant ? `${path}?${new URLSearchParams({ tenant })}` : path
}
