import { oneTimeCode as policy } from '../policy.ts'
import type { IssuedCode, ShownCode } from '../ports.ts'

/** What one destination knows of its codes. Times in milliseconds. */
export interface CodeState {
  /** Sends of the last hour, the oldest first. */
  sends: readonly number[]
  open: readonly OpenCode[]
  lanes: readonly CodeLane[]
}

interface OpenCode extends IssuedCode {
  expiresAt: number
  spent: boolean
}

/** Wrong codes in a row: of everybody (null), or of one device that the account knows. */
interface CodeLane {
  device: string | null
  failures: number
  failedAt: number
}

export const emptyState: CodeState = { sends: [], open: [], lanes: [] }

/** Devices with tries of their own; one more counts with everybody. */
const mostLanes = 10

export interface Issue {
  state: CodeState
  /** Seconds until a repeat makes sense; 0 where the code was taken. */
  retryAfter: number
}

/** One send more, unless it comes too soon. A repeat of the same one, after a lost answer, is not counted again. */
export function issueCode(before: CodeState, code: IssuedCode, now: number): Issue {
  const state = tidied(before, now)
  if (state.open.some(({ id }) => id === code.id)) return { state: before, retryAfter: 0 }
  const wait = waitOf(state.sends, now)
  if (wait > 0) return { state: before, retryAfter: Math.ceil(wait / 1_000) }

  const opened = { ...code, expiresAt: now + policy.life * 1_000, spent: false }
  const open = [...state.open, opened]
  return { state: { ...state, sends: [...state.sends, now], open }, retryAfter: 0 }
}

function waitOf(sends: readonly number[], now: number): number {
  const newest = sends.at(-1) ?? Number.NEGATIVE_INFINITY
  const rest = newest + policy.resendAfter * 1_000 - now
  if (sends.length < policy.perWindow) return rest
  return Math.max(rest, (sends.at(-policy.perWindow) ?? 0) + policy.window * 1_000 - now)
}

/** As if it had never been issued. */
export function withdrawCode(before: CodeState, id: string): CodeState {
  const open = before.open.filter((code) => code.id !== id)
  if (open.length === before.open.length) return before
  return { ...before, open, sends: before.sends.slice(0, -1) }
}

export interface Redemption {
  state: CodeState
  spent: string | null
}

/**
 * Counts the attempt, then compares, then spends. Three wrong codes burn whatever is open here, and what comes within
 * the hour: a new code is no new set of tries. The right one takes back only the tries of its own lane.
 * @param stored what KV holds under the id: it may lag behind, so what is kept here counts as well
 */
export function redeemCode(
  before: CodeState,
  shown: ShownCode,
  stored: string | null,
  now: number,
): Redemption {
  const state = tidied(before, now)
  const open = state.open.filter(
    ({ id, purpose, spent }) =>
      !spent && purpose === shown.purpose && (shown.id === null || shown.id === id),
  )
  // Nothing to guess at: nothing is counted either, so that nobody fills the disk with objects.
  if (open.length === 0) return { state: before, spent: null }
  const lane = laneOf(state.lanes, shown.device)
  if (lane.failures >= policy.tries) return { state: before, spent: null }

  const copies = shown.id === null ? [] : [stored]
  // Keyed hashes on both sides: how long it takes to compare them tells nobody anything.
  const right = open.find(({ hash }) =>
    [hash, ...copies].some((kept) => kept !== null && shown.hashes.includes(kept)),
  )
  if (!right) {
    const failed = { ...lane, failures: lane.failures + 1, failedAt: now }
    return { state: { ...state, lanes: replaced(state.lanes, failed) }, spent: null }
  }
  const spent = state.open.map((code) => (code.id === right.id ? { ...code, spent: true } : code))
  const lanes = state.lanes.filter(({ device }) => device !== lane.device)
  return { state: { ...state, open: spent, lanes }, spent: right.id }
}

/** Opens again what was spent in vain. */
export function restoreCode(before: CodeState, id: string): CodeState {
  const open = before.open.map((code) => (code.id === id ? { ...code, spent: false } : code))
  return { ...before, open }
}

function laneOf(lanes: readonly CodeLane[], device: string | null): CodeLane {
  const known = lanes.find((lane) => lane.device === device)
  if (known) return known
  if (device === null || lanes.length < mostLanes) return { device, failures: 0, failedAt: 0 }
  return laneOf(lanes, null)
}

function replaced(lanes: readonly CodeLane[], lane: CodeLane): CodeLane[] {
  return [...lanes.filter(({ device }) => device !== lane.device), lane]
}

function tidied({ sends, open, lanes }: CodeState, now: number): CodeState {
  const since = now - policy.window * 1_000
  return {
    sends: sends.filter((at) => at > since),
    open: open.filter(({ expiresAt }) => expiresAt > now),
    lanes: lanes.filter(({ failedAt }) => failedAt > since),
  }
}
