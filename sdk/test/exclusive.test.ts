import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { byChannel, byWebLocks, type Exclusive } from '../src/exclusive.ts'

const channels: BroadcastChannel[] = []
afterEach(() => {
  for (const channel of channels.splice(0)) channel.close()
})

/** Tabs of one browser, each with its own way to the turn. */
const kinds: Record<string, (name: string) => Exclusive> = {
  'Web Locks': (name) => byWebLocks(name, navigator.locks),
  'a channel': (name) => {
    const channel = new BroadcastChannel(name)
    channels.push(channel)
    return byChannel(channel)
  },
}

describe.each(Object.entries(kinds))('taking turns by %s', (_, newTab) => {
  let names = 0
  function tabs(count: number): Exclusive[] {
    names += 1
    const name = `turns ${_} ${names}`
    return Array.from({ length: count }, () => newTab(name))
  }

  it.each([
    ['at once', 0],
    ['shortly after each other', 8],
  ])(
    'lets one of those who ask %s work at a time, and tells who had to wait',
    async (_how, pause) => {
      let working = 0
      let most = 0
      const waits = await Promise.all(
        tabs(5).map(async (exclusive, index) => {
          await sleep(index * pause)
          return exclusive(async (waited) => {
            working += 1
            most = Math.max(most, working)
            await sleep(30)
            working -= 1
            return waited
          })
        }),
      )
      expect(most).toBe(1)
      expect(waits.filter((waited) => !waited)).toHaveLength(1)
    },
  )

  it('lets one work at a time also where the page stalls while they ask', async () => {
    let working = 0
    let most = 0
    // From here the loop looks at its timers before it looks at what came in.
    await new Promise(setImmediate)
    const works = tabs(5).map((exclusive) =>
      exclusive(async () => {
        working += 1
        most = Math.max(most, working)
        await sleep(5)
        working -= 1
      }),
    )
    const end = Date.now() + 100
    while (Date.now() < end);
    await Promise.all(works)
    expect(most).toBe(1)
  })

  it('makes who comes late wait for the end', async () => {
    const [first, second] = tabs(2)
    const log: string[] = []
    let isStarted = () => {}
    const started = new Promise<void>((resolve) => {
      isStarted = resolve
    })
    const early = first?.(async () => {
      isStarted()
      await sleep(150)
      log.push('first')
    })
    await started
    const late = second?.(async (waited) => void log.push(`second, waited: ${waited}`))
    await Promise.all([early, late])
    expect(log).toEqual(['first', 'second, waited: true'])
  })

  it('goes on after a work that failed, and hands its failure on', async () => {
    const [first, second] = tabs(2)
    const failed = first?.(async () => {
      throw new Error('no connection')
    })
    await expect(failed).rejects.toThrow('no connection')
    expect(await second?.(async () => 'done')).toBe('done')
  })
})
