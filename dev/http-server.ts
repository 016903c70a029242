import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'

export interface LocalServer {
  port: number
  stop(): Promise<void>
}

/** Serve on both loopback addresses (`localhost` may mean either) and on no other. */
export async function listenLocally(port: number, handle: RequestListener): Promise<LocalServer> {
  const first = await listen(port, '127.0.0.1', handle)
  const chosen = (first.address() as AddressInfo).port
  // Machines without IPv6 do without.
  const second = await listen(chosen, '::1', handle).catch(() => undefined)
  return {
    port: chosen,
    stop: async () => {
      await Promise.all([first, second].map((server) => server && close(server)))
    },
  }
}

function listen(port: number, host: string, handle: RequestListener): Promise<Server> {
  const server = createServer(handle)
  // Node's 5 seconds would close idle connections just as the Worker reuses them.
  server.keepAliveTimeout = 600_000
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host }, () => resolve(server))
  })
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  const text = JSON.stringify(body)
  const length = Buffer.byteLength(text)
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': length,
    ...headers,
  })
  response.end(text)
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
