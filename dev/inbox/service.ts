import type { IncomingHttpHeaders } from 'node:http'
import type { FaultyService, InboxFault } from './faults.ts'
import type { Messages } from './messages.ts'

export interface ServiceRequest {
  url: URL
  headers: IncomingHttpHeaders
  body: string
  messages: Messages
}

export interface Answer {
  status: number
  body: unknown
  headers?: Record<string, string>
}

/** One vendor's API: where it lives, how it answers, and how it words a failure. */
export interface Service {
  name: FaultyService
  matches(method: string, url: URL, headers: IncomingHttpHeaders): boolean
  answer(request: ServiceRequest): Answer
  fail(status: number, code: InboxFault['code']): Answer
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The string at a path of keys, or null: vendors' bodies are deep and every level may be absent. */
export function textAt(value: unknown, ...path: string[]): string | null {
  let current = value
  for (const key of path) {
    if (!isRecord(current)) return null
    current = current[key]
  }
  return typeof current === 'string' ? current : null
}
