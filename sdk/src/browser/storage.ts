import type { ClientStorage, StoredName } from '../storage.ts'

/**
 * What a page keeps, none of which is a token: a hint that there is a session, for every tab; the proof of a sign-in at
 * a provider, for this tab. Where the browser forbids it (blocked cookies), memory serves until the page is left.
 */
export function browserStorage(): ClientStorage {
  const memory = new Map<StoredName, string>()
  const shelfOf = (name: StoredName): Storage | null => {
    try {
      return name === 'gatehouse.pkce' ? globalThis.sessionStorage : globalThis.localStorage
    } catch {
      return null
    }
  }
  return {
    read: (name) => memory.get(name) ?? shelfOf(name)?.getItem(name) ?? null,
    write: (name, value) => {
      try {
        shelfOf(name)?.setItem(name, value)
        if (shelfOf(name)) return
      } catch {
        // Full, or forbidden.
      }
      memory.set(name, value)
    },
    remove: (name) => {
      memory.delete(name)
      shelfOf(name)?.removeItem(name)
    },
  }
}
