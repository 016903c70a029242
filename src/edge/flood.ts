import type { Config } from '../config.ts'
import { AuthError } from '../errors.ts'
import { log } from '../log.ts'
import { floodHint, limits } from '../policy.ts'
import type { Background, Clock, Flood } from '../ports.ts'
import { hmac, toBase64url, utf8 } from '../tokens/encoding.ts'
import type { Kv } from './counted-kv.ts'

type Kind = Parameters<Flood['admit']>[0]

export interface FloodBindings {
  LIMIT_SIGN_IN: RateLimit
  LIMIT_MFA: RateLimit
  LIMIT_WRITE: RateLimit
  LIMIT_ALL: RateLimit
}

export interface FloodPorts {
  kv: Kv
  background: Background
  clock: Clock
  config: { keys: Pick<Config['keys'], 'lookup'> }
}

/** What an isolate knows of one prefix or tenant. Numbers only: a request's promise kept here would wedge the isolate. */
interface Tally {
  /** Index of the window that `known` and `pending` belong to. */
  window: number
  /** The highest total over all locations that this isolate has seen or made. */
  known: number
  /** Counted here since, not yet in KV. */
  pending: number
  foldedAt: number
  /** The total was beyond its limit: a prefix is shed until then, a tenant is not logged again. */
  exceededUntil: number
}

export type FloodMemory = Map<string, Tally>

const isolateMemory: FloodMemory = new Map()

const bindingOf = {
  signIn: 'LIMIT_SIGN_IN',
  mfa: 'LIMIT_MFA',
  write: 'LIMIT_WRITE',
  all: 'LIMIT_ALL',
} as const satisfies Record<Kind, keyof FloodBindings>

/**
 * Sheds floods: the rate-limit binding for each location, and a hint shared between locations for sign-ins.
 * KV is stale, loses counts when two locations write at once, and is touched only after the answer. That is enough for
 * a hint: what protects a credential is the throttle.
 */
export function floodPort(
  bindings: FloodBindings,
  ports: FloodPorts,
  memory: FloodMemory = isolateMemory,
): Flood {
  return {
    async admit(kind, ipPrefix, tenantId) {
      if (kind === 'signIn') admitByHint(ports, memory, ipPrefix, tenantId)
      let admitted = true
      try {
        const { success } = await bindings[bindingOf[kind]].limit({ key: `${kind}:${ipPrefix}` })
        admitted = success
      } catch {
        // Fails open: a broken binding must not sign everybody out, and the throttle still counts every guess.
        log('warn', { event: 'flood_binding_failed', limit: kind })
      }
      if (!admitted) throw rateLimited(kind, limits[kind].windowSeconds)
    },
  }
}

function rateLimited(kind: Kind, retryAfter: number): AuthError {
  return new AuthError('RATE_LIMITED', { retryAfter, limit: limits[kind] })
}

/** Who is counted, and from which total on the hint speaks. */
interface Subject {
  kind: 'prefix' | 'tenant'
  value: string
  limit: number
}

/** Memory alone decides; what KV says is learned after the answer. A shed attempt is not counted, so a prefix gets out. */
function admitByHint(
  ports: FloodPorts,
  memory: FloodMemory,
  ipPrefix: string,
  tenantId: string | null,
): void {
  const now = ports.clock.now()
  const prefix: Subject = { kind: 'prefix', value: ipPrefix, limit: floodHint.perPrefix }
  const shedUntil = memory.get(memoryKey(prefix))?.exceededUntil ?? 0
  if (now < shedUntil) throw rateLimited('signIn', Math.ceil((shedUntil - now) / 1_000))

  count(ports, memory, prefix, now)
  if (!tenantId) return
  count(ports, memory, { kind: 'tenant', value: tenantId, limit: floodHint.perTenant }, now)
}

function count(ports: FloodPorts, memory: FloodMemory, subject: Subject, now: number): void {
  const tally = tallyOf(memory, memoryKey(subject), now)
  tally.pending += 1
  if (now - tally.foldedAt < floodHint.writeEvery * 1_000) return
  // Taken here and not in the background: parallel requests of one isolate must not write twice a second.
  tally.foldedAt = now
  ports.background.run('flood-hint', async () => {
    await fold(ports.kv, await hintName(ports, subject, tally.window), tally)
    heed(subject, tally, now)
  })
}

/**
 * Adds this isolate's counts to the shared total. A stale or lost value cannot lower what the isolate knows already.
 * Where KV fails, the counts stay known here and the next fold brings them.
 */
async function fold(kv: Kv, name: string, tally: Tally): Promise<void> {
  const added = tally.pending
  tally.pending = 0
  tally.known += added
  const shared = Number(await kv.get(name)) || 0
  tally.known = Math.max(tally.known, shared + added)
  await kv.put(name, String(tally.known), { expirationTtl: floodHint.window })
}

/** A tenant is never shed, as one attacker would take it from everybody: its number goes to the log. */
function heed({ kind, value, limit }: Subject, tally: Tally, now: number): void {
  if (tally.known <= limit || now < tally.exceededUntil) return
  tally.exceededUntil = now + floodHint.shedFor * 1_000
  if (kind === 'prefix') return
  log('warn', { event: 'flood_tenant_busy', tenant: value, count: tally.known })
}

function memoryKey({ kind, value }: Subject): string {
  return `${kind}:${value}`
}

/** Keyed, as a plain hash of an IPv4 address is undone by trying them all: KV reveals no addresses. */
async function hintName({ config }: FloodPorts, subject: Subject, window: number): Promise<string> {
  const parts = ['flood', subject.kind, subject.value, window]
  const digest = await hmac(config.keys.lookup.current.bytes, utf8(JSON.stringify(parts)))
  return `flood:${toBase64url(digest)}`
}

function tallyOf(memory: FloodMemory, key: string, now: number): Tally {
  const window = windowOf(now)
  const last = memory.get(key)
  if (last?.window === window) return last

  // A first sign-in is not folded at once: people who sign in once cost no write.
  const { foldedAt, exceededUntil } = last ?? { foldedAt: now, exceededUntil: 0 }
  const tally: Tally = { window, known: 0, pending: 0, foldedAt, exceededUntil }
  memory.set(key, tally)
  if (memory.size > floodHint.keys) forgetSmallest(memory, now)
  return tally
}

/** Half at once, so that an attacker with a new prefix for each request does not buy a sort with each. */
function forgetSmallest(memory: FloodMemory, now: number): void {
  const ascending = [...memory].sort(([, a], [, b]) => weight(a, now) - weight(b, now))
  for (const [key] of ascending.slice(0, floodHint.keys / 2)) memory.delete(key)
}

/** What is being shed weighs most: else a wave of fresh prefixes would wash it out. */
function weight(tally: Tally, now: number): number {
  if (now < tally.exceededUntil) return tally.exceededUntil
  return tally.window === windowOf(now) ? tally.known + tally.pending : 0
}

function windowOf(now: number): number {
  return Math.floor(now / (floodHint.window * 1_000))
}
