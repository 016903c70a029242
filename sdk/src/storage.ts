/** Where a client keeps what must outlive a call. Names are of `[a-z.]`, values are short texts; some are secrets. */
export interface ClientStorage {
  read(name: StoredName): Awaitable<string | null>
  write(name: StoredName, value: string): Awaitable<void>
  remove(name: StoredName): Awaitable<void>
}

export type Awaitable<T> = T | Promise<T>

/**
 * - `session`: the tokens; secret.
 * - `pkce`: the verifier of a sign-in at a provider; secret, for minutes.
 * - `install`: what the account knows this installation by; secret.
 * - `hint`: that there is a session in the cookie, and of which tenant; no secret.
 */
export type StoredName =
  | 'gatehouse.session'
  | 'gatehouse.pkce'
  | 'gatehouse.install'
  | 'gatehouse.hint'

/** Forgets everything at the end of the process or the page. */
export function memoryStorage(): ClientStorage {
  const values = new Map<StoredName, string>()
  return {
    read: (name) => values.get(name) ?? null,
    write: (name, value) => void values.set(name, value),
    remove: (name) => void values.delete(name),
  }
}
