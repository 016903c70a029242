import { randomBytes, randomInt, randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { TestWorker } from './worker.ts'

export interface Answer<T = Record<string, unknown>> {
  status: number
  /** The `code` of a problem document. */
  code: string | undefined
  headers: Headers
  body: T
}

export interface CallOptions {
  method?: string
  token?: string
  headers?: Record<string, string>
}

/** One request, from an address of its own, so that floods of one address are no matter here. */
export async function call<T = Record<string, unknown>>(
  worker: TestWorker,
  path: string,
  body?: unknown,
  { method, token, headers = {} }: CallOptions = {},
): Promise<Answer<T>> {
  const response = await fetch(`${worker.url}${path}`, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: {
      'CF-Connecting-IP': randomAddress(),
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...(token ? { Authorization: `Bearer ${token}` } : {}),
      ...headers,
    },
    redirect: 'manual',
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const parsed = parse(await response.text())
  const { code } = parsed as { code?: string }
  return { status: response.status, code, headers: response.headers, body: parsed as T }
}

/**
 * Asks again while the answer is 503 `BUSY`: an isolate queues 16 hashes and refuses the rest before any work, so
 * such an answer says nothing about a race. Every other answer counts.
 */
export async function unlessBusy<T>(ask: () => Promise<Answer<T>>): Promise<Answer<T>> {
  for (;;) {
    const answer = await ask()
    if (answer.code !== 'BUSY') return answer
    await sleep(100 + Math.random() * 200)
  }
}

export function randomAddress(): string {
  return `10.${randomBytes(3).join('.')}`
}

/** A number that takes texts. */
export function randomPhone(): string {
  return `+88017${String(randomInt(100_000_000)).padStart(8, '0')}`
}

export function randomEmail(): string {
  return `user-${randomUUID()}@example.com`
}

function parse(text: string): unknown {
  try {
    return text === '' ? {} : JSON.parse(text)
  } catch {
    return { text }
  }
}
