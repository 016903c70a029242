import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  admitAttempt,
  forgetAfter,
  type LaneAttempt,
  type Lanes,
  laneLimits,
  waitAfter,
} from '../../src/edge/throttle-count.ts'
import { throttle } from '../../src/policy.ts'

const second = 1_000
const hour = 3_600 * second
const day = 24 * hour
const start = Date.UTC(2026, 10, 1)

/** One authenticator's lanes, as the object would keep them. */
function counter() {
  let lanes: Lanes = []
  return {
    attempt(now: number, attempt: Partial<LaneAttempt> = {}) {
      const { lanes: next, ...verdict } = admitAttempt(
        lanes,
        { device: null, epoch: 0, ...attempt },
        now,
      )
      lanes = next
      return verdict
    },
    lanes: () => lanes,
  }
}

type Counter = ReturnType<typeof counter>

/** Fails as often as is asked, each time as soon as it may. Answers the time after the last attempt. */
function fail(
  count: Counter,
  times: number,
  from = start,
  attempt: Partial<LaneAttempt> = {},
): number {
  let now = from
  for (let failed = 0; failed < times; ) {
    const verdict = count.attempt(now, attempt)
    if (verdict.admitted) failed += 1
    now += verdict.retryAfter * second
  }
  return now
}

describe('the wait', () => {
  it.each([
    [0, 0],
    [1, 0],
    [4, 0],
    [5, 30],
    [6, 60],
    [7, 120],
    [8, 240],
    [9, 480],
    [10, 960],
    [11, 1_920],
    [12, 3_600],
    [13, 3_600],
    [100, 3_600],
    [5_000, 3_600],
  ])('after %i failures in a row is %i s', (failures, wait) => {
    expect(waitAfter(failures)).toBe(wait)
  })

  it('lets five attempts by at once and refuses the sixth for 30 s', () => {
    const count = counter()
    const verdicts = Array.from({ length: 6 }, () => count.attempt(start))
    expect(verdicts.map((verdict) => verdict.count)).toEqual([1, 2, 3, 4, 5, 5])
    expect(verdicts.slice(0, 5).every((verdict) => verdict.admitted)).toBe(true)
    expect(verdicts[5]).toEqual({ admitted: false, retryAfter: 30, count: 5, disabled: false })
  })

  it('ends at its last millisecond, and is told in whole seconds', () => {
    const count = counter()
    fail(count, 5)
    expect(count.attempt(start + 29_001)).toMatchObject({ admitted: false, retryAfter: 1 })
    expect(count.attempt(start + 29_999)).toMatchObject({ admitted: false, retryAfter: 1 })
    expect(count.attempt(start + 30_000)).toMatchObject({ admitted: true, count: 6 })
    expect(count.attempt(start + 30_001)).toMatchObject({ admitted: false, retryAfter: 60 })
  })

  it('is none before the fifth, also at a Worker whose clock goes two minutes after the last one’s', () => {
    const count = counter()
    for (const failures of [1, 2, 3, 4]) {
      const now = start - failures * 120 * second
      expect(count.attempt(now)).toMatchObject({ admitted: true, count: failures })
    }
  })

  it('is not made longer by hammering, and hammering changes nothing that is stored', () => {
    const count = counter()
    fail(count, 5)
    const before = count.lanes()
    for (let ms = 0; ms < 30_000; ms += 100) {
      expect(count.attempt(start + ms).admitted).toBe(false)
    }
    expect(count.lanes()).toBe(before)
    expect(count.attempt(start + 30_000)).toMatchObject({ admitted: true, count: 6 })
  })
})

describe('a hundred in a row', () => {
  it('disables with the hundredth, not before', () => {
    const count = counter()
    const now = fail(count, 98)
    const [before, hundredth] = [count.attempt(now + hour), count.attempt(now + 2 * hour)]
    expect(before).toEqual({ admitted: true, retryAfter: 0, count: 99, disabled: false })
    expect(hundredth).toEqual({ admitted: true, retryAfter: 0, count: 100, disabled: true })
  })

  it('stays disabled and paced by the longest wait', () => {
    const count = counter()
    const now = fail(count, 101) + hour
    expect(count.attempt(now)).toMatchObject({ admitted: true, count: 102, disabled: true })
    expect(count.attempt(now + 1)).toEqual({
      admitted: false,
      retryAfter: 3_600,
      count: 102,
      disabled: true,
    })
  })

  it('is come to however long the pauses are: where somebody had to wait is remembered for a month', () => {
    const count = counter()
    fail(count, 4)
    expect(forgetAfter(count.lanes(), { epoch: 0 })).toBe(throttle.forgetAfter)
    count.attempt(start)
    expect(forgetAfter(count.lanes(), { epoch: 0 })).toBe(throttle.forgetWaitAfter)
    count.attempt(start, { device: 'phone' })
    expect(forgetAfter(count.lanes(), { epoch: 0 })).toBe(throttle.forgetWaitAfter)
  })

  it('is forgotten before after a day where no success could lift it', () => {
    const count = counter()
    fail(count, 99, start, { epoch: null })
    expect(forgetAfter(count.lanes(), { epoch: null })).toBe(throttle.forgetAfter)
    count.attempt(start + 365 * day, { epoch: null })
    expect(forgetAfter(count.lanes(), { epoch: null })).toBe(throttle.forgetWaitAfter)
  })

  it('ends with a success of the owner, such as a reset', () => {
    const count = counter()
    const now = fail(count, 100)
    expect(count.attempt(now, { epoch: 1 })).toMatchObject({ count: 1, disabled: false })
    expect(forgetAfter(count.lanes(), { epoch: 0 })).toBe(throttle.forgetAfter)
  })
})

describe('a success', () => {
  it('forgives failures and wait, its own count included', () => {
    const count = counter()
    fail(count, 5)
    expect(count.attempt(start, { epoch: 1 })).toMatchObject({ admitted: true, count: 1 })
  })

  it('never adds up: a thousand sign-ins in one second are all let by', () => {
    const count = counter()
    for (let epoch = 0; epoch < 1_000; epoch += 1) {
      expect(count.attempt(start, { epoch })).toMatchObject({ admitted: true, count: 1 })
    }
  })

  it('forgives nothing twice: the same and a lower epoch change nothing', () => {
    const count = counter()
    count.attempt(start, { epoch: 7 })
    expect(count.attempt(start, { epoch: 7 }).count).toBe(2)
    expect(count.attempt(start, { epoch: 6 }).count).toBe(3)
    expect(count.attempt(start, { epoch: 7 }).count).toBe(4)
    expect(count.attempt(start, { epoch: 7 }).count).toBe(5)
    expect(count.attempt(start, { epoch: 0 })).toMatchObject({ admitted: false, retryAfter: 30 })
  })

  it('without failures before it uses up none of the forgiveness of its day', () => {
    const count = counter()
    for (let epoch = 0; epoch <= 50; epoch += 1) count.attempt(start, { epoch })
    fail(count, 4, start, { epoch: 50 })
    expect(count.attempt(start, { epoch: 51 }).count).toBe(1)
  })

  it('forgives failures ten times a day, then takes back only its own count', () => {
    const count = counter()
    let epoch = 0
    for (; epoch < laneLimits.pardons; epoch += 1) {
      expect(count.attempt(start, { epoch }).count).toBe(1)
      expect(count.attempt(start, { epoch }).count).toBe(2)
    }
    expect(count.attempt(start, { epoch }).count).toBe(1)
    fail(count, 4, start, { epoch })
    expect(count.attempt(start, { epoch: epoch + 1 })).toMatchObject({ admitted: true, count: 5 })
    expect(count.attempt(start, { epoch: epoch + 1 })).toMatchObject({ admitted: false })
    expect(count.attempt(start, { epoch: epoch + 2 })).toMatchObject({ admitted: true, count: 5 })

    const nextDay = { epoch: epoch + 3 }
    expect(count.attempt(start + day, nextDay)).toMatchObject({ admitted: true, count: 1 })
  })
})

describe('lanes', () => {
  it('let the owner in on a known device while strangers hold the whole other lane', () => {
    const count = counter()
    const now = fail(count, 100)
    expect(count.attempt(now)).toMatchObject({ admitted: false, disabled: true })
    expect(count.attempt(now, { device: 'phone' })).toEqual({
      admitted: true,
      retryAfter: 0,
      count: 1,
      disabled: false,
    })
  })

  it('keep devices apart from each other and from strangers', () => {
    const count = counter()
    fail(count, 5, start, { device: 'phone' })
    expect(count.attempt(start, { device: 'phone' }).admitted).toBe(false)
    expect(count.attempt(start, { device: 'laptop' })).toMatchObject({ admitted: true, count: 1 })
    expect(count.attempt(start)).toMatchObject({ admitted: true, count: 1 })
  })

  it.each(['__proto__', 'constructor', '', 'null'])('take %j for a device like any other', (id) => {
    const count = counter()
    fail(count, 5, start, { device: id })
    expect(count.attempt(start, { device: id }).admitted).toBe(false)
    expect(count.attempt(start).count).toBe(1)
  })

  it('are bounded: beyond, a further device counts with the strangers and nobody starts anew', () => {
    const count = counter()
    fail(count, 3)
    const devices = Array.from({ length: laneLimits.devices }, (_, index) => `device-${index}`)
    for (const device of devices) count.attempt(start, { device })
    expect(count.attempt(start, { device: 'device-0' }).count).toBe(2)
    expect(count.attempt(start, { device: 'one more' }).count).toBe(4)

    const kept = count.lanes().map((lane) => lane.device)
    expect(new Set(kept)).toEqual(new Set([null, ...devices]))
    expect(count.attempt(start).count).toBe(5)
  })
})

/** The most guesses that a fresh lane lets by within so many milliseconds. */
function budget(span: number): number {
  let [guesses, spent] = [1, 0]
  for (;;) {
    spent += waitAfter(guesses) * second
    if (spent > span) return guesses
    guesses += 1
  }
}

describe('the guesses of an attacker', () => {
  it('are 34 on the first day and 24 on each further one', () => {
    expect(budget(day - 1)).toBe(34)
    const count = counter()
    fail(count, 34)
    const further = [2, 3].map((days) => guesses(count, start + days * day, 60 * second))
    expect(further).toEqual([24, 24])
  })

  it('never exceed the budget in any window, whatever the timing', () => {
    const gaps = fc.oneof(fc.nat(2_000), fc.nat(90_000), fc.nat(2 * hour))
    fc.assert(
      fc.property(fc.array(gaps, { minLength: 1, maxLength: 150 }), (pauses) => {
        const count = counter()
        const admitted: number[] = []
        let now = start
        for (const pause of pauses) {
          now += pause
          if (count.attempt(now).admitted) admitted.push(now)
        }
        admitted.forEach((from, first) => {
          admitted.slice(first).forEach((to, index) => {
            expect(index + 1).toBeLessThanOrEqual(budget(to - from))
          })
        })
      }),
    )
  })

  it('stay few beside an owner who signs in, however his sign-ins are timed', () => {
    const times = fc.array(fc.nat(day), { maxLength: 60 })
    fc.assert(
      fc.property(times, (signIns) => {
        const bound = (laneLimits.pardons + 1) * 12 + 24 + signIns.length
        expect(guessesBesideOwner(signIns)).toBeLessThanOrEqual(bound)
      }),
      { numRuns: 40 },
    )
  })

  it('are fewer than 200 a day with every pardon well timed', () => {
    const everyTwoHours = Array.from({ length: 10 }, (_, index) => ((index + 1) * day) / 11)
    expect(guessesBesideOwner(everyTwoHours)).toBeLessThan(200)
  })

  it('gain one, not five, with each sign-in of an owner who signs in every five minutes', () => {
    const signIns = Array.from({ length: 288 }, (_, index) => index * 300 * second)
    expect(guessesBesideOwner(signIns)).toBeLessThan(288 + 11 * 12)
  })
})

/** How many guesses one day lets by to a stranger who tries every `step`. */
function guesses(count: Counter, from: number, step: number): number {
  let admitted = 0
  for (let now = from; now < from + day; now += step) if (count.attempt(now).admitted) admitted += 1
  return admitted
}

/** The stranger tries every ten seconds for a day; the owner signs in from his phone at these times of it. */
function guessesBesideOwner(signIns: readonly number[]): number {
  const count = counter()
  let [admitted, epoch] = [0, 0]
  const due = signIns.toSorted((left, right) => left - right)
  for (let time = 0; time < day; time += 10 * second) {
    while ((due[0] ?? Number.POSITIVE_INFINITY) <= time) {
      count.attempt(start + time, { device: 'phone', epoch })
      epoch += 1
      due.shift()
    }
    // Five at once wherever the lane is fresh again.
    for (let burst = 0; burst < 6; burst += 1) {
      if (count.attempt(start + time, { epoch }).admitted) admitted += 1
    }
  }
  return admitted
}
