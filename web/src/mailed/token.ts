import { useSyncExternalStore } from 'react'

const arrivals = new EventTarget()
let token = taken()

/**
 * The secret of a mailed link stands in the fragment, which no server and no log ever sees. It is read with the first
 * script and leaves the address bar at once: there it could be read over a shoulder, and it would stay in the history.
 */
function taken(): string {
  const given = new URLSearchParams(location.hash.slice(1)).get('token') ?? ''
  if (given) history.replaceState(null, '', location.pathname + location.search)
  return given
}

// A second link to the same page, opened in its tab, loads nothing anew.
addEventListener('hashchange', () => {
  const given = taken()
  if (!given) return
  token = given
  arrivals.dispatchEvent(new Event('arrival'))
})

function subscribe(listener: () => void): () => void {
  arrivals.addEventListener('arrival', listener)
  return () => arrivals.removeEventListener('arrival', listener)
}

/** What the link brought along; empty where the page was not opened by one. */
export function useMailedToken(): string {
  return useSyncExternalStore(subscribe, () => token)
}
