/** Runs one work at a time among all who share a name; `waited` says that another went before. */
export type Exclusive = <T>(work: (waited: boolean) => Promise<T>) => Promise<T>

/** Longer than a refresh may take: whoever holds on is gone, and harm is small, as the service forgives a second one. */
const patience = 20_000

/** Among the tabs of a browser, where it has locks (all since 2022, on secure pages). */
export function byWebLocks(name: string, locks: LockManager): Exclusive {
  return async (work) => {
    const first = await locks.request(name, { ifAvailable: true }, async (lock) =>
      lock ? { value: await work(false) } : null,
    )
    if (first) return first.value
    const signal = AbortSignal.timeout(patience)
    let isMine = false
    try {
      return await locks.request(name, { signal }, () => {
        isMine = true
        return work(true)
      })
    } catch (error) {
      if (isMine || !signal.aborted) throw error
      return work(true)
    }
  }
}

/** Alone in the process, or with nobody to share with. */
export const alone: Exclusive = (work) => work(false)

/** Milliseconds in which another tab would have objected: several short waits, as one may end before what came in meanwhile is read. */
const objection = { waits: 4, milliseconds: 10 }

type Message = { kind: 'claim' | 'held'; id: string } | { kind: 'release' }

/**
 * Among tabs of a browser without locks: whoever wants to work says so, and goes on where nobody objects. Of two who ask
 * at once the smaller name wins. It is a courtesy, no proof: a tab that answers too late works as well.
 */
export function byChannel(channel: BroadcastChannel): Exclusive {
  const id = `${Math.random()}`
  /** A closed channel has no one to tell. */
  function say(message: Message): void {
    try {
      channel.postMessage(message)
    } catch {
      // It was closed while the work was under way.
    }
  }
  let state: 'idle' | 'claiming' | 'working' = 'idle'
  let isBeaten = false
  let onRelease = () => {}

  channel.addEventListener('message', ({ data }: MessageEvent<Message>) => {
    if (data.kind === 'release') return onRelease()
    if (data.kind === 'held') isBeaten ||= data.id === id
    else if (state === 'working' || (state === 'claiming' && id < data.id)) {
      say({ kind: 'held', id: data.id })
    } else if (state === 'claiming') isBeaten = true
  })

  async function claim(): Promise<boolean> {
    state = 'claiming'
    isBeaten = false
    say({ kind: 'claim', id })
    for (let wait = 0; wait < objection.waits; wait += 1) await pause(objection.milliseconds)
    state = isBeaten ? 'idle' : 'working'
    return !isBeaten
  }

  return async (work) => {
    let waited = false
    const deadline = Date.now() + patience
    while (!(await claim()) && Date.now() < deadline) {
      waited = true
      await Promise.race([pause(patience), new Promise<void>((resolve) => (onRelease = resolve))])
    }
    try {
      return await work(waited)
    } finally {
      state = 'idle'
      say({ kind: 'release' })
    }
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
