import type { User } from './api.ts'
import type { Kept } from './session.ts'

type Message =
  | { kind: 'session'; kept: Kept; user?: User | undefined }
  | { kind: 'ended'; sessionId: string }
  | { kind: 'ask' }

export interface TabListener {
  /** Another tab has new tokens. */
  onSession(kept: Kept, user: User | undefined): void
  onEnded(sessionId: string): void
  /** What this tab has that another may use. */
  onAsk(): Kept | null
}

/**
 * The tabs of one site tell each other. They are of one origin and share the refresh cookie, so an access token is no
 * secret among them; a refresh token never travels here.
 */
export class Tabs {
  readonly #channel: BroadcastChannel
  #awaited: ((kept: Kept) => void) | undefined

  constructor(channel: BroadcastChannel, listener: TabListener) {
    this.#channel = channel
    channel.addEventListener('message', ({ data }: MessageEvent<Message>) => {
      if (data.kind === 'ended') listener.onEnded(data.sessionId)
      if (data.kind === 'session') {
        listener.onSession(data.kept, data.user)
        this.#awaited?.(data.kept)
      }
      if (data.kind === 'ask') {
        const kept = listener.onAsk()
        if (kept) this.tell(kept)
      }
    })
  }

  tell(kept: Kept, user?: User): void {
    const { refreshToken: _, ...told } = kept
    this.#say({ kind: 'session', kept: told, user })
  }

  tellEnd(sessionId: string): void {
    this.#say({ kind: 'ended', sessionId })
  }

  /** The first tokens that another tab tells of within this time, or null. */
  ask(milliseconds: number): Promise<Kept | null> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(null), milliseconds)
      this.#awaited = (kept) => {
        clearTimeout(timer)
        resolve(kept)
      }
      this.#say({ kind: 'ask' })
    })
  }

  /** A client that was closed goes on for itself: what is under way shall not fail for the want of listeners. */
  #say(message: Message): void {
    try {
      this.#channel.postMessage(message)
    } catch {
      // The channel is closed.
    }
  }
}
