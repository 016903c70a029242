import type { IncomingMessage, ServerResponse } from 'node:http'
import { listenLocally, parseJson, readBody, sendJson } from '../http-server.ts'
import { awsSms } from './aws-sms.ts'
import { breach } from './breach.ts'
import { dns } from './dns.ts'
import { type InboxFault, InboxFaults, isInboxFault } from './faults.ts'
import { hooks, hooksAt } from './hooks.ts'
import { isNewMessage, type Message, Messages } from './messages.ts'
import { readPage } from './page.ts'
import type { Answer, Service } from './service.ts'
import { ses } from './ses.ts'
import { twilio } from './twilio.ts'
import { whatsapp } from './whatsapp.ts'

export interface Inbox {
  url: string
  /** Newest first. */
  messages(filter?: { to?: string; channel?: string }): Message[]
  clear(): void
  /** Replaces all faults; without an argument nothing fails any more. */
  setFaults(faults?: InboxFault[]): void
  stop(): Promise<void>
}

const services: Service[] = [ses, twilio, awsSms, whatsapp, dns, breach, hooks]

/** One server that takes every message and answers every look-up of the Worker. */
export async function startInbox({ port }: { port: number }): Promise<Inbox> {
  const messages = new Messages()
  const faults = new InboxFaults()
  const server = await listenLocally(port, (request, response) => {
    route(request, response).catch(() => response.destroy())
  })

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.method ?? 'GET'
    const url = new URL(request.url ?? '/', 'http://localhost')
    const body = await readBody(request)
    const service = services.find((each) => each.matches(method, url, request.headers))
    if (!service) return send(response, answerOwn(`${method} ${url.pathname}`, url, body))

    const fault = await faults.meet(service.name, body)
    if (fault?.status === 0) {
      request.socket.destroy()
      return
    }
    const answer = fault?.status
      ? service.fail(fault.status, fault.code)
      : service.answer({ url, headers: request.headers, body, messages })
    send(response, answer)
  }

  function answerOwn(key: string, { pathname, searchParams }: URL, body: string): Answer {
    if (key === 'GET /api/messages') {
      const filter = { to: searchParams.get('to'), channel: searchParams.get('channel') }
      // Tests in a browser read the list from the Worker's origin; nothing else is shared.
      const headers = { 'access-control-allow-origin': '*' }
      return { status: 200, body: messages.list(filter), headers }
    }
    if (key === 'POST /api/messages') {
      const message = parseJson(body)
      if (!isNewMessage(message)) return { status: 400, body: { message: 'not a message' } }
      return { status: 201, body: messages.add(message) }
    }
    if (key === 'GET /api/hooks') return { status: 200, body: hooksAt(searchParams.get('path')) }
    if (key === 'DELETE /api/messages') {
      messages.clear()
      return { status: 204, body: '' }
    }
    if (key === 'POST /api/faults') {
      const fault = parseJson(body)
      if (!isInboxFault(fault)) return { status: 400, body: { message: 'not a fault' } }
      faults.add(fault)
    }
    if (key === 'DELETE /api/faults') faults.set([])
    if (pathname === '/api/faults') return { status: 200, body: faults.list() }
    return readPage(key) ?? { status: 404, body: { message: 'not found' } }
  }

  return {
    url: `http://localhost:${server.port}`,
    messages: (filter) => messages.list(filter),
    clear: () => messages.clear(),
    setFaults: (next = []) => faults.set(next),
    stop: () => server.stop(),
  }
}

function send(response: ServerResponse, { status, body, headers }: Answer): void {
  if (typeof body === 'string') {
    response.writeHead(status, headers).end(body)
    return
  }
  sendJson(response, status, body, headers)
}
