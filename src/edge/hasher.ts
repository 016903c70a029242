import type { Keyring } from '../config.ts'
import { AuthError } from '../errors.ts'
import { hashQueue } from '../policy.ts'
import type { Clock, Hasher, HashSlot, Meter } from '../ports.ts'
import { isForeign, sealForeign, verifyForeign } from './foreign-hash.ts'
import { decoyHash, hashPassword, hasOldParameters, verifyPassword } from './password-hash.ts'

/**
 * Places in this isolate's queue, by number, with the time of their taking. Plain numbers only: a promise kept
 * here would tie requests together and hang them all when one is cut off.
 */
const places = new Map<number, number>()
let nextPlace = 0

/** Argon2id behind a bounded queue: an isolate hashes one password at a time. */
export function hasherPort(peppers: Keyring, clock: Clock, meter: Meter): Hasher {
  return {
    adopt: (foreign) => sealForeign(peppers.current, foreign),
    reserve(): HashSlot {
      forgetCutOff(clock.now())
      if (places.size >= hashQueue.limit) {
        throw new AuthError('BUSY', { retryAfter: hashQueue.retryAfter, reason: 'hash queue full' })
      }
      const place = nextPlace++
      places.set(place, clock.now())
      return slot(peppers, meter, () => places.delete(place))
    },
  }
}

function slot(peppers: Keyring, meter: Meter, release: () => void): HashSlot {
  return {
    release,
    outdated: (stored) =>
      isForeign(stored) || stored.pepperId !== peppers.current.id || hasOldParameters(stored),
    async hash(password) {
      await turn(meter)
      return hashPassword(peppers.current, password)
    },
    async verify(password, stored) {
      const compared = stored ?? decoyHash(peppers.current)
      const pepper = peppers.all.find((key) => key.id === compared.pepperId)
      await turn(meter)
      if (stored && pepper && isForeign(stored)) {
        if (await verifyForeign(pepper, password, stored)) return true
        // Never less work than an unknown address costs, however little the other service asked for.
        return this.verify(password, null)
      }
      // A pepper that left the configuration can prove nothing; the hash is spent all the same.
      const matches = await verifyPassword(pepper ?? peppers.current, password, compared)
      return matches && pepper !== undefined && stored !== null
    },
  }
}

/** Lets other requests run between two hashes, so that a token check never waits for more than one. */
async function turn(meter: Meter): Promise<void> {
  meter.hashes += 1
  await scheduler.wait(0)
}

/** A request that was cut off never reaches its `finally`: its place is taken back by age. */
function forgetCutOff(now: number): void {
  for (const [place, takenAt] of places) {
    if (now - takenAt > hashQueue.slotLife * 1_000) places.delete(place)
  }
}
