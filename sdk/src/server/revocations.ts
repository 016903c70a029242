import { type Copy, type DocumentOptions, PublicDocument } from './document.ts'

/** Milliseconds within which an ended session is refused everywhere. */
const bound = 20_000
/** For how long the service lets caches hold the list. */
const cacheLife = 15_000
/** A copy as old as this is renewed while it still serves. */
const renewAfter = 2_000

/**
 * Sessions that have ended while tokens of theirs may still be unexpired. A copy serves until it may be 20 seconds old:
 * for five where no cache says how long it has held it, as the service allows fifteen.
 */
export class Revocations {
  readonly #document: PublicDocument<Set<string>>
  readonly #now: () => number

  constructor(options: Omit<DocumentOptions<unknown>, 'parse' | 'silentAge'>) {
    this.#now = options.now
    this.#document = new PublicDocument({ ...options, parse: sessionsOf, silentAge: cacheLife })
  }

  /** Throws where the list cannot be had: who cannot know does not let in. */
  async has(sessionId: string): Promise<boolean> {
    const { copy, askedAt } = this.#document
    // A session that was once on the list does not come back.
    if (copy?.value.has(sessionId)) return true
    const now = this.#now()
    if (!copy || !this.#isFresh(copy)) {
      const loaded = await this.#document.load()
      // A cache on the way may give what it had long ago.
      if (!this.#isFresh(loaded)) throw new Error('The list of ended sessions is too old')
      return loaded.value.has(sessionId)
    }
    // Awaited by the one request that finds it due: a Worker ends what goes on after its answer.
    if (Math.abs(now - askedAt) >= renewAfter) await this.#document.load().catch(() => undefined)
    return (this.#document.copy ?? copy).value.has(sessionId)
  }

  /** Neither too old nor, after the clock was set back, of a time that is still to come. */
  #isFresh({ asOf }: Copy<unknown>): boolean {
    const age = this.#now() - asOf
    return age >= 0 && age < bound
  }
}

function sessionsOf(body: unknown): Set<string> {
  const { revoked } = body as { revoked: { sid: string }[] }
  return new Set(revoked.map(({ sid }) => sid))
}
