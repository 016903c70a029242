import { throttle } from '../policy.ts'
import type { Admission, Attempt } from '../ports.ts'

/** What the count needs to know of an attempt: its lane, and how often this authenticator has succeeded. */
export type LaneAttempt = Pick<Attempt, 'device' | 'epoch'>

/** The count of one lane: plain numbers, times in milliseconds. */
export interface Lane {
  /** null is the lane of strangers: everyone whom the account does not know. */
  device: string | null
  failures: number
  blockedUntil: number
  epoch: number
  /** Failures were forgiven this often since `pardonsSince`. */
  pardons: number
  pardonsSince: number
}

/** The lanes of one authenticator, the least recently used first. */
export type Lanes = readonly Lane[]

export interface Verdict extends Admission {
  admitted: boolean
  /** Seconds until a repeat makes sense; 0 where this attempt is admitted. */
  retryAfter: number
}

export const laneLimits = {
  /** More devices than a person owns. Device ids are signed and bound to the account, so nobody can mint a fresh lane. */
  devices: 20,
  /** See `forgive`. */
  pardons: 10,
  pardonWindow: throttle.forgetAfter,
} as const

/**
 * Counts an attempt as a failure before anything is compared: a caller that dies, or 50 of them at once,
 * cannot guess for free. The count of a right guess is forgiven by the higher epoch of the next attempt.
 * An attempt during the wait changes nothing, so that hammering cannot push the owner's wait further away.
 */
export function admitAttempt(
  lanes: Lanes,
  attempt: LaneAttempt,
  now: number,
): Verdict & { lanes: Lanes } {
  const lane = forgive(laneOf(lanes, attempt), attempt.epoch ?? 0, now)
  if (now < lane.blockedUntil) {
    const retryAfter = Math.ceil((lane.blockedUntil - now) / 1_000)
    return { lanes, admitted: false, retryAfter, ...admission(lane) }
  }
  const failures = lane.failures + 1
  const wait = waitAfter(failures)
  // Where there is no wait, no moment either: a Worker whose clock goes after the last one's would see a wait in it.
  const blockedUntil = wait === 0 ? 0 : now + wait * 1_000
  const counted = { ...lane, failures, blockedUntil }
  return { lanes: keep(lanes, counted), admitted: true, retryAfter: 0, ...admission(counted) }
}

/** Seconds that a lane must wait once it holds so many failures in a row. */
export function waitAfter(failures: number): number {
  if (failures < throttle.freeFailures) return 0
  return Math.min(
    throttle.firstWait * 2 ** (failures - throttle.freeFailures),
    throttle.longestWait,
  )
}

/**
 * Seconds without an admitted attempt after which everything may be forgotten. Where somebody has had to wait that is
 * long: whoever paused for a day would else start anew each time, and never come to the hundredth. Not where no success
 * can lift it: a stranger could lay failures up for whoever opens the account weeks later.
 */
export function forgetAfter(lanes: Lanes, { epoch }: Pick<LaneAttempt, 'epoch'>): number {
  const many = epoch === null ? throttle.disableAt : throttle.freeFailures
  const isLong = lanes.some((lane) => lane.failures >= many)
  return isLong ? throttle.forgetWaitAfter : throttle.forgetAfter
}

function admission(lane: Lane): Admission {
  return { count: lane.failures, disabled: isDisabled(lane) }
}

/**
 * Each lane is disabled for itself: were it the account, a hundred wrong guesses by strangers would lock the owner out.
 * So NIST SP 800-63B-4 §3.2.2's hundred holds per lane, and a further lane takes a device id that only a success gives.
 */
function isDisabled(lane: Lane): boolean {
  return lane.failures >= throttle.disableAt
}

function laneOf(lanes: Lanes, { device: shown, epoch }: LaneAttempt): Lane {
  const device = hasLane(lanes, shown) ? shown : null
  const known = lanes.find((lane) => lane.device === device)
  const fresh = { device, failures: 0, blockedUntil: 0, pardons: 0, pardonsSince: 0 }
  return known ?? { ...fresh, epoch: epoch ?? 0 }
}

/**
 * A higher epoch says that this authenticator has succeeded since, but not through which lane: so it ends the row of
 * failures in every lane, as NIST counts consecutive ones. Unlimited, that would serve an attacker: whoever guesses as
 * a stranger while the owner signs in every minute from a known device would get five free guesses each time. So a lane
 * is pardoned at most ten times a day; after that a success takes back only its own count and lifts the wait, which
 * leaves a stranger one guess for each sign-in of the owner. Without any success a lane gets 34 guesses on the first
 * day and 24 on each further one, with every pardon well timed fewer than 200 (`throttle-count.test.ts` holds it).
 * A lower epoch is a read that was overtaken: it neither forgives nor takes forgiveness back.
 */
function forgive(lane: Lane, epoch: number, now: number): Lane {
  if (epoch <= lane.epoch) return lane
  const succeeded = { ...lane, epoch, blockedUntil: 0 }
  if (lane.failures <= 1) return { ...succeeded, failures: 0 }

  const expired = now - lane.pardonsSince >= laneLimits.pardonWindow * 1_000
  const pardons = expired ? 0 : lane.pardons
  if (pardons >= laneLimits.pardons) return { ...succeeded, failures: lane.failures - 1 }
  const pardonsSince = expired ? now : lane.pardonsSince
  return { ...succeeded, failures: 0, pardons: pardons + 1, pardonsSince }
}

/**
 * Beyond the bound a further device counts with the strangers: were an old lane dropped for it, whoever has planted
 * many devices could guess through them in turn, each time with a clean sheet.
 */
function hasLane(lanes: Lanes, device: string | null): boolean {
  const devices = lanes.filter((lane) => lane.device !== null)
  return devices.length < laneLimits.devices || devices.some((lane) => lane.device === device)
}

/** Puts the lane last. */
function keep(lanes: Lanes, lane: Lane): Lanes {
  return [...lanes.filter((other) => other.device !== lane.device), lane]
}
