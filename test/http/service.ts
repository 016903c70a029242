import { createExecutionContext, env, waitOnExecutionContext } from 'cloudflare:test'
import { exports } from 'cloudflare:workers'
import { app } from '../../src/app.ts'
import { livePorts } from '../../src/edge/live-ports.ts'
import { type Answer, origin, randomAddress } from '../support/client.ts'

export interface Sent {
  method?: string
  headers?: Record<string, string>
  body?: BodyInit
}

export type Send = (path: string, sent?: Sent) => Promise<Answer>

/** One request exactly as it is given: nothing is added but an address of its own. */
export const send: Send = async (path, sent) =>
  answerOf(await exports.default.fetch(request(path, sent)))

/** The same Worker under other variables or bindings. */
export function serviceWith(changes: Record<string, unknown>): Send {
  const changed = { ...env, ...changes } as Env
  const service = app(livePorts)
  return async (path, sent) => {
    const execution = createExecutionContext()
    const answer = await answerOf(await service.fetch(request(path, sent), changed, execution))
    await waitOnExecutionContext(execution)
    return answer
  }
}

/** To an address that no `Request` can be made with: what a runtime makes of an odd `Host`. */
export async function sendTo(address: string): Promise<Answer> {
  const asked = Object.defineProperty(request('/'), 'url', { value: address })
  return answerOf(await app(livePorts).fetch(asked, env, createExecutionContext()))
}

/** Whoever answers there is no database: it is away. A closed port would do too, but the runtime logs each try. */
export const withoutDatabase = { DATABASE_ENDPOINT: `${env.SES_ENDPOINT}/nothing` }

export function json(
  body: unknown,
  method = 'POST',
): Required<Pick<Sent, 'method' | 'body'>> & Sent {
  return { method, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }
}

function request(path: string, { method = 'GET', headers = {}, body }: Sent = {}): Request {
  return new Request(new URL(path, origin), {
    method,
    headers: { 'CF-Connecting-IP': randomAddress(), ...headers },
    redirect: 'manual',
    ...(body === undefined ? {} : { body }),
  })
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: parsed(text) }
}

function parsed(text: string): Record<string, unknown> {
  if (text === '') return {}
  try {
    return JSON.parse(text)
  } catch {
    return { text }
  }
}
