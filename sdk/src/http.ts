import type { CallOptions, Received } from './calls.ts'
import { GatehouseError, isGatehouseError } from './error.ts'

export interface Wire {
  baseUrl: string
  fetch: typeof fetch
  credentials: RequestCredentials
  /** Milliseconds until an attempt is given up. */
  timeout: number
  /** Seconds that a `Retry-After` may ask for; longer ones are the caller's to wait. */
  maxRetryAfter: number
  wait: (milliseconds: number, signal?: AbortSignal) => Promise<void>
}

export interface WireRequest {
  method: string
  path: string
  query?: Record<string, unknown> | undefined
  /** Text goes as newline-delimited JSON, anything else as JSON. */
  body?: unknown
  headers: Record<string, string>
  /** Whether a repeat can do no harm. */
  isRepeatable: boolean
  /** Milliseconds until an attempt is given up that another follows, and the longest pause between two. */
  patience?: number | undefined
}

const attempts = 3
/** Milliseconds before the first repeat where the service has not said when; doubled for the next. */
const firstPause = 250
const passing = [429, 502, 503, 504]

/**
 * One request. What can be repeated without harm is, where the service is busy or does not answer: after `Retry-After`
 * where it says so. Everything else is the caller's to repeat: a form shows a countdown.
 */
export async function send(
  wire: Wire,
  request: WireRequest,
  options: CallOptions = {},
): Promise<Received> {
  const { timeout = wire.timeout } = options
  const { patience = Number.POSITIVE_INFINITY } = request
  const longestPause = Math.min(wire.maxRetryAfter * 1000, patience)
  for (let attempt = 1; ; attempt += 1) {
    const isLast = attempt === attempts || !request.isRepeatable
    const given = { ...options, timeout: isLast ? timeout : Math.min(timeout, patience) }
    const outcome = await sendOnce(wire, request, given).catch((error: unknown) => {
      if (isLast || !isGatehouseError(error)) throw error
      return null
    })
    if (outcome && (isLast || !passing.includes(outcome.status))) return outcome
    const pause = pauseOf(outcome, attempt)
    if (outcome && pause > longestPause) return outcome
    await wire.wait(pause, options.signal)
  }
}

/** With some chance in it, so that callers who were refused together do not come back together. */
function pauseOf(response: Received | null, attempt: number): number {
  const asked = Number(response?.headers.get('Retry-After') ?? Number.NaN)
  const chance = Math.random() * firstPause
  if (Number.isFinite(asked)) return asked * 1000 + chance
  return firstPause * 2 ** (attempt - 1) + chance
}

async function sendOnce(
  wire: Wire,
  { method, path, query, body, headers }: WireRequest,
  { signal, timeout, headers: more }: CallOptions & { timeout: number },
): Promise<Received> {
  const abort = new AbortController()
  const stop = () => abort.abort(signal?.reason)
  if (signal?.aborted) throw signal.reason
  signal?.addEventListener('abort', stop, { once: true })
  let isLate = false
  const late = () => {
    isLate = true
    abort.abort()
  }
  let timer = setTimeout(late, timeout)
  const goesOn = () => {
    clearTimeout(timer)
    timer = setTimeout(late, timeout)
  }
  try {
    // Not as a method: a browser's own `fetch` refuses to be called on anything but the window.
    const { fetch } = wire
    const response = await fetch(`${wire.baseUrl}${path}${queryText(query)}`, {
      method,
      headers: { Accept: 'application/json', ...typeOf(body), ...headers, ...more },
      credentials: wire.credentials,
      signal: abort.signal,
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const { ok, status, headers: told } = response
    return { ok, status, headers: told, text: await textOf(response, goesOn) }
  } catch (cause) {
    if (signal?.aborted) throw signal.reason
    throw new GatehouseError(isLate ? 'TIMEOUT' : 'NETWORK_ERROR', { cause })
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', stop)
  }
}

/** Each piece gets the whole time: a long answer may take long, but one that stops on its way ends. */
async function textOf(response: Response, goesOn: () => void): Promise<string> {
  // React Native has no streams.
  if (!response.body) return response.text()
  const decoder = new TextDecoder()
  const reader = response.body.getReader()
  let text = ''
  for (;;) {
    const { done, value } = await reader.read()
    text += decoder.decode(value, { stream: !done })
    if (done) return text
    goesOn()
  }
}

function typeOf(body: unknown): Record<string, string> {
  if (body === undefined) return {}
  const type = typeof body === 'string' ? 'application/x-ndjson' : 'application/json'
  return { 'Content-Type': type }
}

function queryText(query: Record<string, unknown> | undefined): string {
  const given = Object.entries(query ?? {}).filter(([, value]) => value !== undefined)
  const text = new URLSearchParams(given.map(([key, value]) => [key, String(value)])).toString()
  return text && `?${text}`
}

/** Resolves later; rejects when it is aborted. */
export function wait(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds)
    signal?.addEventListener('abort', () => {
      clearTimeout(timer)
      reject(signal.reason)
    })
  })
}
