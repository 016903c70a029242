import type { RefreshedTokens, SteppedUp, Tokens } from './api.ts'
import { type Asked, type CallOptions, type Calls, callsOf, type Received } from './calls.ts'
import { errorOf, GatehouseError, isGatehouseError } from './error.ts'
import { Emitter, type Events } from './events.ts'
import { alone, byChannel, byWebLocks, type Exclusive } from './exclusive.ts'
import { send, type Wire, type WireRequest, wait } from './http.ts'
import { type OAuth, oauthOf } from './oauth.ts'
import { type Digests, randomText, webDigests } from './pkce.ts'
import { routes } from './routes.ts'
import { Session } from './session.ts'
import { type ClientStorage, memoryStorage } from './storage.ts'
import { Tabs } from './tabs.ts'

export interface ClientOptions {
  /** Origin of the service; empty for the page's own. */
  baseUrl: string
  /** Slug; without it, the default tenant. */
  tenant?: string
  /** What goes into `Accept-Language`; without it, what the platform sends. */
  language?: string | (() => string)
  /** Who calls: for the list of sessions, and for the gate of versions. */
  app?: { platform: string; version: string }
  /** Where the refresh token travels: in a cookie that no script reads, or in the body and then in `storage`. */
  transport?: 'body' | 'cookie'
  storage?: ClientStorage
  /** Shows the service an id of this installation: its owner keeps a way in while strangers guess at the account. */
  sendInstallId?: boolean
  /** Seconds before its end at which an access token is renewed. */
  refreshAhead?: number
  /** Milliseconds until a request is given up. */
  timeout?: number
  /** The longest `Retry-After`, in seconds, that the client itself waits before it repeats what may be repeated. */
  maxRetryAfter?: number
  fetch?: typeof fetch
  /** Random bytes and SHA-256 where the platform has no WebCrypto. */
  digests?: Digests
  /** For tests: the clock, and how to wait. */
  now?: () => number
  wait?: Wire['wait']
  /** For tests and old browsers: how tabs take turns. */
  locks?: LockManager | null
}

type StepUpHandler = (error: GatehouseError<'STEP_UP_REQUIRED'>) => Promise<boolean>

export interface Client extends Calls {
  readonly oauth: OAuth
  /** Whether there are tokens in memory; `restore` looks for them elsewhere. */
  readonly isSignedIn: boolean
  /** Finds the session of an earlier visit. At the start of an app, before anything is shown. */
  restore(): Promise<boolean>
  /** An access token for a request of your own, or null where nobody is signed in. */
  accessToken(): Promise<string | null>
  on<K extends keyof Events>(name: K, listener: (event: Events[K]) => void): () => void
  /** Who asks the person to prove again who they are: `true` repeats the call that was refused. One at a time. */
  onStepUp(handler: StepUpHandler | null): void
  /** Drops the tokens from memory: the next call reads them from the storage, or renews them by the cookie. */
  lock(): void
  /** Closes the channel to other tabs. */
  close(): void
}

const refreshPath = '/api/v1/auth/refresh'

/**
 * Within ten seconds a repeat gets the same successor, so that a lost answer costs nothing; later it is taken for a stolen
 * token. Two attempts and two pauses of so many milliseconds are over by then.
 */
const renewal = { isRepeatable: true, patience: 2_400 }

/** A client of one person in one place: a page, an app, a script. A server makes one for each of its users. */
export function createClient(options: ClientOptions): Client {
  const { transport = 'body', storage = memoryStorage(), digests = webDigests } = options
  const emitter = new Emitter()
  const wire: Wire = {
    baseUrl: options.baseUrl.replace(/\/+$/, ''),
    fetch: options.fetch ?? globalThis.fetch,
    credentials: transport === 'cookie' ? 'include' : 'omit',
    timeout: options.timeout ?? 15_000,
    maxRetryAfter: options.maxRetryAfter ?? 10,
    wait: options.wait ?? wait,
  }
  const channels: BroadcastChannel[] = []
  const session = new Session({
    storage,
    transport,
    emitter,
    exclusive: transport === 'cookie' ? exclusiveOf(options, channels) : alone,
    now: options.now ?? Date.now,
    tenant: options.tenant ?? '',
    refreshAhead: options.refreshAhead ?? 60,
    post: async (body) => {
      const asked = { method: 'POST', path: refreshPath, bearer: false, body }
      const response = await request(asked, null, {}, renewal)
      if (!response.ok) throw announced(errorOf(response))
      return bodyOf(response) as RefreshedTokens
    },
  })
  const channel =
    transport === 'cookie' ? openChannel(`${nameOf(options)} session`, channels) : null
  const tabs =
    channel &&
    new Tabs(channel, {
      onSession: (kept, user) => session.adopt(kept, user),
      onAsk: () => session.share(),
      onEnded: (id) => {
        if (session.current?.sessionId === id) void session.end('elsewhere')
      },
    })
  if (tabs) session.join(tabs)

  let stepUpHandler: StepUpHandler | null = null
  let steppingUp: Promise<boolean> | undefined
  let isUpdateTold = false

  async function request(
    asked: Asked,
    token: string | null,
    callOptions: CallOptions,
    repeats: Pick<WireRequest, 'isRepeatable' | 'patience'> = {
      isRepeatable: asked.method === 'GET',
    },
  ): Promise<Received> {
    const { method, path, query, body } = asked
    const headers = {
      ...(await ownHeaders()),
      ...(token ? { Authorization: `Bearer ${token}` } : {}),
    }
    const response = await send(
      wire,
      { method, path, query, body, headers, ...repeats },
      callOptions,
    )
    if (response.headers.get('X-App-Update') === 'available' && !isUpdateTold) {
      isUpdateTold = true
      emitter.emit('updateAvailable', {})
    }
    return response
  }

  async function ownHeaders(): Promise<Record<string, string>> {
    const { tenant, language, app, sendInstallId } = options
    const wish = typeof language === 'function' ? language() : language
    return {
      ...(transport === 'cookie' ? { 'X-Token-Transport': 'cookie' } : {}),
      ...(tenant ? { 'X-Tenant': tenant } : {}),
      ...(wish ? { 'Accept-Language': wish } : {}),
      ...(app ? { 'X-App-Platform': app.platform, 'X-App-Version': app.version } : {}),
      ...(sendInstallId ? { 'X-Install-Id': await installId(storage, digests) } : {}),
    }
  }

  /** A call with all that a person should not notice: renewal, one repeat, a step-up in between. */
  function ask(asked: Asked, callOptions: CallOptions): Promise<unknown> {
    const usesSession = asked.bearer && callOptions.token === undefined
    if (usesSession) return askBySession(asked, callOptions)
    const once = async () =>
      taken(await request(asked, callOptions.token ?? null, callOptions), false)
    return transport === 'cookie' && asked.method !== 'GET' ? session.opening(once) : once()
  }

  async function askBySession(asked: Asked, callOptions: CallOptions): Promise<unknown> {
    let asker = session.current?.sessionId
    const send = (token: string | null) => {
      const now = session.current?.sessionId
      const isAnother = asker !== undefined && now !== undefined && asker !== now
      if (isAnother && asked.method !== 'GET') throw new GatehouseError('SESSION_CHANGED')
      asker = now
      return request(asked, token, callOptions)
    }
    let token = await session.token()
    let response = await send(token)
    let refusal = response.ok ? null : errorOf(response)
    if (refusal && token && isGatehouseError(refusal, 'TOKEN_INVALID')) {
      token = await session.renew(token)
      if (!token) throw refusal
      response = await send(token)
      refusal = response.ok ? null : errorOf(response)
    }
    if (refusal && isGatehouseError(refusal, 'STEP_UP_REQUIRED') && (await stepUp(refusal))) {
      response = await send(await session.token())
    }
    return taken(response, session.current?.sessionId === asker)
  }

  async function taken(response: Received, usesSession: boolean): Promise<unknown> {
    if (!response.ok) throw announced(errorOf(response))
    const answer = bodyOf(response)
    await absorb(answer, usesSession)
    return answer
  }

  async function stepUp(error: GatehouseError<'STEP_UP_REQUIRED'>): Promise<boolean> {
    emitter.emit('stepUpRequired', { error })
    if (!stepUpHandler) return false
    steppingUp ??= stepUpHandler(error).finally(() => {
      steppingUp = undefined
    })
    return steppingUp
  }

  function announced(refusal: GatehouseError): GatehouseError {
    if (isGatehouseError(refusal, 'APP_UPDATE_REQUIRED')) {
      const { min_supported: minSupported, store_url: storeUrl } = refusal.extensions
      emitter.emit('updateRequired', { minSupported, storeUrl })
    }
    return refusal
  }

  /** Whatever way in it was: tokens in an answer begin a session, or go on with it. */
  async function absorb(answer: unknown, usesSession: boolean): Promise<void> {
    if (typeof answer !== 'object' || answer === null || !('access_token' in answer)) return
    if ('session_id' in answer) await session.begin(answer as Tokens)
    else if (usesSession) await session.stepUp(answer as SteppedUp)
  }

  const calls = callsOf(routes, ask)

  /** Who is signed out already has what they wanted. */
  async function ended(call: Promise<null>, isThisOne = true): Promise<null> {
    await call.catch((error: unknown) => {
      if (!isGatehouseError(error, 'TOKEN_INVALID')) throw error
    })
    if (isThisOne && session.current) await session.end('logout')
    return null
  }

  return {
    ...calls,
    logout: (...given) => ended(calls.logout(...given)),
    logoutAll: (...given) => ended(calls.logoutAll(...given), !given[0]?.except_current),
    me: {
      ...calls.me,
      close: async (...given) => {
        const answer = await calls.me.close(...given)
        // Every session of the account has ended with it.
        await session.end('closed')
        return answer
      },
    },
    oauth: oauthOf({ baseUrl: wire.baseUrl, tenant: options.tenant, storage, digests, calls }),
    get isSignedIn() {
      return session.current !== null
    },
    restore: () => session.restore(),
    accessToken: () => session.token(),
    on: (name, listener) => emitter.on(name, listener),
    onStepUp: (handler) => {
      stepUpHandler = handler
    },
    lock: () => session.lock(),
    close: () => {
      for (const each of channels) each.close()
    },
  }
}

function nameOf({ baseUrl, tenant = '' }: ClientOptions): string {
  return `gatehouse ${baseUrl} ${tenant}`
}

/** Locks where the browser has them, a channel where it has only that. */
function exclusiveOf(options: ClientOptions, channels: BroadcastChannel[]): Exclusive {
  const name = `${nameOf(options)} refresh`
  const locks = options.locks === undefined ? globalThis.navigator?.locks : options.locks
  if (locks) return byWebLocks(name, locks)
  const channel = openChannel(name, channels)
  return channel ? byChannel(channel) : alone
}

function openChannel(name: string, channels: BroadcastChannel[]): BroadcastChannel | null {
  if (!globalThis.BroadcastChannel) return null
  const channel = new BroadcastChannel(name)
  channels.push(channel)
  return channel
}

function bodyOf({ status, headers, text }: Received): unknown {
  const type = headers.get('Content-Type') ?? ''
  if (status === 204) return null
  if (!type.includes('application/json')) return text
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new GatehouseError('UNEXPECTED_ANSWER', { status, cause })
  }
}

/** Made once; 256 random bits, as nobody may guess it. */
async function installId(storage: ClientStorage, digests: Digests): Promise<string> {
  const known = await storage.read('gatehouse.install')
  if (known) return known
  const made = randomText(digests)
  await storage.write('gatehouse.install', made)
  return made
}
