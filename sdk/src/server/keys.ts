import { type DocumentOptions, PublicDocument } from './document.ts'

export type KeySet = Map<string, CryptoKey>

/** Milliseconds. The service publishes a key for as long before it signs, and for as long after. */
const life = 600_000
/** While the service does not answer, its last keys serve this long. */
const staleLife = 86_400_000
/** A token with an unknown key makes us ask again, but not more often than this: anybody can make one up. */
const askAgainAfter = 30_000

/** The public keys of the service (RFC 7517). */
export class Keys {
  readonly #document: PublicDocument<KeySet>
  readonly #now: () => number

  constructor(options: Omit<DocumentOptions<unknown>, 'parse' | 'silentAge'>) {
    this.#now = options.now
    this.#document = new PublicDocument({ ...options, parse: importAll, silentAge: 0 })
  }

  /** Null where the service has no such key. Throws where it cannot be asked. */
  async find(kid: string): Promise<CryptoKey | null> {
    const { copy, askedAt } = this.#document
    // A copy of a time that is still to come, as the clock was set back, may be of any age.
    const age =
      copy && copy.asOf <= this.#now() ? this.#now() - copy.asOf : Number.POSITIVE_INFINITY
    const known = copy?.value.get(kid)
    if (known && age < life) return known
    if (copy && age < life && this.#now() - askedAt < askAgainAfter) return null
    try {
      return (await this.#document.load()).value.get(kid) ?? null
    } catch (error) {
      if (known && copy && this.#now() - copy.asOf < staleLife) return known
      throw error
    }
  }
}

async function importAll(body: unknown): Promise<KeySet> {
  const { keys } = body as { keys: (JsonWebKey & { kid?: string })[] }
  // Keys of another kind may stand there too one day: they sign nothing that is taken here.
  const usable = keys.filter(({ kty, crv, kid }) => kty === 'EC' && crv === 'P-256' && kid)
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
  const imported = usable.map(
    async ({ kid = '', kty = '', crv = '', x = '', y = '' }): Promise<[string, CryptoKey]> => [
      kid,
      await crypto.subtle.importKey('jwk', { kty, crv, x, y }, algorithm, false, ['verify']),
    ],
  )
  return new Map(await Promise.all(imported))
}
