/** A public document of the service, as it was when it was fetched. */
export interface Copy<T> {
  value: T
  /** Milliseconds since 1970 of which it is known to be true: a cache on the way may have held it for a while. */
  asOf: number
}

export interface DocumentOptions<T> {
  url: string
  fetch: typeof fetch
  now: () => number
  /** Throws where the document is not one. */
  parse: (body: unknown) => T | Promise<T>
  /** Milliseconds for which a cache on the way may have held it, where none says so. */
  silentAge: number
}

const timeout = 5_000

/**
 * Keeps the newest copy of a document. Only finished copies are kept, never a request under way: on Cloudflare Workers a
 * promise of one request must not be awaited in another.
 */
export class PublicDocument<T> {
  readonly #options: DocumentOptions<T>
  #copy: Copy<T> | null = null
  #askedAt = Number.NEGATIVE_INFINITY

  constructor(options: DocumentOptions<T>) {
    this.#options = options
  }

  get copy(): Copy<T> | null {
    return this.#copy
  }

  /** When it was asked for last, whatever came of it. */
  get askedAt(): number {
    return this.#askedAt
  }

  /** Asks for a new copy; throws where there is none to be had. */
  async load(): Promise<Copy<T>> {
    const { url, fetch, now, parse, silentAge } = this.#options
    const asked = now()
    this.#askedAt = asked
    const response = await fetch(url, {
      headers: { Accept: 'application/json' },
      redirect: 'error',
      signal: AbortSignal.timeout(timeout),
    })
    if (!response.ok) throw new Error(`${url} answered ${response.status}`)
    const value = await parse(await response.json())
    // True when it was asked for, less the time that a cache says it had it (RFC 9111 §5.1).
    const told = response.headers.get('Age')?.trim() ?? ''
    const age = /^\d{1,9}$/.test(told) ? Number(told) * 1000 : silentAge
    const copy = { value, asOf: asked - age }
    const kept = this.#copy
    // Of two answers under way the newer one stays; but none of a time that is still to come, as the clock was set back.
    if (!kept || copy.asOf >= kept.asOf || kept.asOf > asked) this.#copy = copy
    return this.#copy ?? copy
  }
}
