import type { RefreshedTokens, SteppedUp, Tokens, User } from './api.ts'
import { isGatehouseError } from './error.ts'
import type { Emitter, Events } from './events.ts'
import type { Exclusive } from './exclusive.ts'
import type { ClientStorage } from './storage.ts'
import type { Tabs } from './tabs.ts'

/** The tokens of a session, as a client keeps them. */
export interface Kept {
  sessionId: string
  accessToken: string
  /** Milliseconds since 1970 by the clock of this device, counted from the answer: its clock may be wrong. */
  expiresAt: number
  renewedAt: number
  /** Absent where it lives in a cookie. */
  refreshToken?: string
}

export interface SessionParts {
  storage: ClientStorage
  transport: 'body' | 'cookie'
  emitter: Emitter
  exclusive: Exclusive
  now: () => number
  /** Seconds before its end at which an access token is renewed. */
  refreshAhead: number
  /** Slug; empty for the default tenant. */
  tenant: string
  /** POST /auth/refresh. */
  post: (body: { refresh_token?: string }) => Promise<RefreshedTokens>
}

/** Milliseconds that another tab has to tell its tokens. */
const answerTime = 500

/** Keeps the tokens of one client, and renews them: once at a time, whoever asks. */
export class Session {
  readonly #parts: SessionParts
  #tabs: Tabs | undefined
  #kept: Kept | null = null
  #loading: Promise<void> | undefined
  #renewing: Promise<string | null> | undefined
  readonly #openings = new Set<Promise<unknown>>()
  /** Counts beginnings and ends: what a refresh brings after either belongs to a session that is no more. */
  #era = 0

  constructor(parts: SessionParts) {
    this.#parts = parts
  }

  /** The other tabs, where there may be some. */
  join(tabs: Tabs): void {
    this.#tabs = tabs
  }

  get current(): Kept | null {
    return this.#kept
  }

  /** An access token that is good now, or null where nobody is signed in. Renews it ahead of its end. */
  async token(): Promise<string | null> {
    await this.#load()
    if (!this.#kept) return (await this.#isHinted()) ? this.renew() : null
    const left = this.#kept.expiresAt - this.#parts.now()
    if (left <= 0) return this.renew(this.#kept.accessToken)
    // The old one still serves; whether the renewal succeeds is seen by whoever needs it.
    if (left <= this.#parts.refreshAhead * 1000) void this.renew().catch(() => undefined)
    return this.#kept.accessToken
  }

  /** A new access token, or null where the session is over. `refused`: the one that the service takes no longer. */
  renew(refused = this.#kept?.accessToken): Promise<string | null> {
    const kept = this.#kept
    // Another call's renewal was faster.
    if (kept && kept.accessToken !== refused && this.#isFresh(kept)) {
      return Promise.resolve(kept.accessToken)
    }
    this.#renewing ??= Promise.allSettled(this.#openings)
      .then(() => this.#parts.exclusive((waited) => this.#renew(refused, waited)))
      .finally(() => {
        this.#renewing = undefined
      })
    return this.#renewing
  }

  async #renew(refused: string | undefined, waited: boolean): Promise<string | null> {
    const era = this.#era
    const found = await this.#foundElsewhere(refused, waited)
    if (found) {
      if (era === this.#era) this.#kept = found
      return found.accessToken
    }
    const refreshToken = this.#kept?.refreshToken
    // Locked while the storage was read: what is there is as good as before, and the next call reads it.
    if (this.#parts.transport === 'body' && !refreshToken) return null
    try {
      const tokens = await this.#parts.post(refreshToken ? { refresh_token: refreshToken } : {})
      if (era !== this.#era) return this.#kept?.accessToken ?? null
      const was = this.#kept?.sessionId ?? tokens.session_id
      await this.#keep(tokens)
      // The cookie was that of another session: whose page this is has changed, as in `adopt`.
      if (was !== tokens.session_id) {
        this.#parts.emitter.emit('signedIn', { sessionId: tokens.session_id, user: undefined })
      }
      return tokens.access_token
    } catch (error) {
      // Anything else than a clear no (a fault, no connection) says nothing about the session.
      if (!isGatehouseError(error, 'REFRESH_INVALID', 'REFRESH_REUSED')) throw error
      if (era !== this.#era) return this.#kept?.accessToken ?? null
      await this.end(error.code === 'REFRESH_REUSED' ? 'reused' : 'expired')
      return null
    }
  }

  /** Tokens that another process or tab has renewed meanwhile. */
  async #foundElsewhere(refused: string | undefined, waited: boolean): Promise<Kept | null> {
    const ifNews = (kept: Kept | null) =>
      kept && kept.accessToken !== refused && this.#isFresh(kept) ? kept : null
    const here = ifNews(this.#kept)
    if (here) return here
    if (this.#parts.transport === 'body') {
      const stored = await this.#stored()
      // Even where it has run out, its refresh token is the newest.
      if (stored && this.#kept?.sessionId === stored.sessionId) this.#kept = stored
      return ifNews(stored)
    }
    if (!this.#tabs || !(waited || (await this.#isRenewedElsewhere()))) return null
    return ifNews(await this.#tabs.ask(answerTime))
  }

  /**
   * A call that may bring the cookie of another session. A browser keeps that of the answer which comes last, so it waits
   * for a renewal that is under way, and one that begins meanwhile waits for it.
   */
  async opening<T>(call: () => Promise<T>): Promise<T> {
    while (this.#renewing) await this.#renewing.catch(() => undefined)
    const opening = call()
    this.#openings.add(opening)
    try {
      return await opening
    } finally {
      this.#openings.delete(opening)
    }
  }

  /** A sign-in: these tokens from now on. */
  async begin(tokens: Tokens): Promise<void> {
    this.#era += 1
    await this.#keep(tokens, tokens.user)
    const { session_id: sessionId, user } = tokens
    this.#parts.emitter.emit('signedIn', { sessionId, user })
  }

  /** A fresh proof: another access token for the same session. */
  async stepUp({ access_token: accessToken, expires_in }: SteppedUp): Promise<void> {
    if (!this.#kept) return
    await this.#write({ ...this.#kept, ...this.#times(expires_in), accessToken })
  }

  async end(reason: Events['signedOut']['reason']): Promise<void> {
    const { storage, emitter } = this.#parts
    const sessionId = this.#kept?.sessionId
    this.#era += 1
    this.#kept = null
    await storage.remove('gatehouse.session')
    if ((await this.#hint()) !== null) await storage.remove('gatehouse.hint')
    if (sessionId && reason !== 'elsewhere') this.#tabs?.tellEnd(sessionId)
    emitter.emit('signedOut', { reason })
  }

  /** What another tab says: the cookie is one, so is the session. */
  adopt(kept: Kept, user: User | undefined): void {
    const isNew = this.#kept?.sessionId !== kept.sessionId
    if (!isNew && (this.#kept?.renewedAt ?? 0) >= kept.renewedAt) return
    if (isNew) this.#era += 1
    this.#kept = kept
    if (isNew) this.#parts.emitter.emit('signedIn', { sessionId: kept.sessionId, user })
  }

  /** For a tab that asks. */
  share(): Kept | null {
    return this.#kept && this.#isFresh(this.#kept) ? this.#kept : null
  }

  /** Drops the tokens from memory: the next call reads them again, through whatever guards the storage. */
  lock(): void {
    const drop = () => {
      this.#kept = null
      this.#loading = undefined
    }
    drop()
    // What a renewal under way brings is written down, and dropped as well.
    void this.#renewing?.then(drop, drop)
  }

  /** Whether there is a session from before, in the storage or in the cookie. */
  async restore(): Promise<boolean> {
    return (await this.token()) !== null
  }

  async #keep(tokens: RefreshedTokens, user?: User): Promise<void> {
    const { session_id: sessionId, access_token: accessToken, refresh_token } = tokens
    const times = this.#times(tokens.expires_in)
    const secret = refresh_token ? { refreshToken: refresh_token } : {}
    await this.#write({ sessionId, accessToken, ...times, ...secret }, user)
  }

  #times(expiresIn: number): { renewedAt: number; expiresAt: number } {
    const now = this.#parts.now()
    return { renewedAt: now, expiresAt: now + expiresIn * 1000 }
  }

  async #write(kept: Kept, user?: User): Promise<void> {
    const { storage, transport, tenant } = this.#parts
    this.#kept = kept
    // With a cookie nothing secret is ever written down: an access token lives in memory alone.
    if (transport === 'cookie') {
      await storage.write('gatehouse.hint', `${kept.renewedAt} ${tenant}`.trim())
    } else await storage.write('gatehouse.session', JSON.stringify(kept))
    this.#tabs?.tell(kept, user)
  }

  #isFresh({ expiresAt }: Kept): boolean {
    return expiresAt - this.#parts.now() > 0
  }

  #load(): Promise<void> {
    this.#loading ??= this.#stored().then(
      (stored) => {
        this.#kept ??= stored
      },
      (error: unknown) => {
        // A storage that was locked may be open at the next call.
        this.#loading = undefined
        throw error
      },
    )
    return this.#loading
  }

  async #stored(): Promise<Kept | null> {
    if (this.#parts.transport === 'cookie') return null
    const text = await this.#parts.storage.read('gatehouse.session')
    return text ? (JSON.parse(text) as Kept) : null
  }

  /** No script sees the cookie: without a hint a visitor who never signed in would cost a request. */
  async #isHinted(): Promise<boolean> {
    return this.#parts.transport === 'cookie' && (await this.#hint()) !== null
  }

  /**
   * When the cookie was renewed; null where there is none, or it is of another tenant: a browser has one, and a refresh
   * of it for the wrong tenant would end the session.
   */
  async #hint(): Promise<number | null> {
    const { storage, tenant } = this.#parts
    const [renewedAt, of = ''] = (await storage.read('gatehouse.hint'))?.split(' ') ?? []
    return renewedAt !== undefined && of === tenant ? Number(renewedAt) : null
  }

  /** A tab that renewed just now may not have been heard yet; a page that has just opened asks nobody. */
  async #isRenewedElsewhere(): Promise<boolean> {
    const renewedAt = await this.#hint()
    return this.#kept !== null && renewedAt !== null && renewedAt > this.#kept.renewedAt
  }
}
