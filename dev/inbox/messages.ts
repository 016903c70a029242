import { randomUUID } from 'node:crypto'

export type Channel = 'email' | 'sms' | 'whatsapp'

export interface Message {
  id: string
  channel: Channel
  to: string
  /** Of a mail: its sender, and where answers go where that is not the same. */
  from?: string
  reply_to?: string[]
  subject: string | null
  text: string | null
  html: string | null
  received_at: string
}

export type NewMessage = Omit<Message, 'id' | 'received_at'>

export function isNewMessage(value: unknown): value is NewMessage {
  if (typeof value !== 'object' || value === null) return false
  const { channel, to, subject, text, html } = value as Record<string, unknown>
  return (
    (channel === 'email' || channel === 'sms' || channel === 'whatsapp') &&
    typeof to === 'string' &&
    [subject, text, html].every((each) => each === null || typeof each === 'string')
  )
}

const KEPT = 2_000

/** Beside what it is found by. */
interface Kept {
  address: string
  message: Message
}

export class Messages {
  #newestFirst: Kept[] = []

  add(message: NewMessage): Message {
    const stamped = { id: randomUUID(), ...message, received_at: new Date().toISOString() }
    this.#newestFirst.unshift({ address: comparable(stamped.to), message: stamped })
    this.#newestFirst.length = Math.min(this.#newestFirst.length, KEPT)
    return stamped
  }

  list(filter: { to?: string | null; channel?: string | null } = {}): Message[] {
    const to = filter.to && comparable(filter.to)
    return this.#newestFirst
      .filter(
        ({ address, message }) =>
          (!to || address === to) && (!filter.channel || message.channel === filter.channel),
      )
      .map(({ message }) => message)
  }

  clear(): void {
    this.#newestFirst = []
  }
}

/** `+` in a query string arrives as a blank, and WhatsApp numbers come without it. */
function comparable(address: string): string {
  const trimmed = address.trim().toLowerCase()
  return trimmed.includes('@') ? trimmed.replaceAll(' ', '+') : trimmed.replace(/^\+/, '')
}
