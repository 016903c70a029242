import { connect, type Socket } from 'node:net'

export interface Reply {
  status: number
  head: string
  body: string
}

interface Waiting {
  resolve(reply: Reply): void
  reject(error: Error): void
}

/**
 * One keep-alive connection that carries one request at a time, without an HTTP library between: on two cores the
 * client must cost less than what it measures.
 */
export class Connection {
  #socket: Socket
  #received: Buffer = Buffer.alloc(0)
  #waiting: Waiting | null = null

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.setNoDelay(true)
    socket.on('data', (chunk) => this.#take(chunk))
    socket.on('error', (error) => this.#fail(error))
    socket.on('close', () => this.#fail(new Error('the connection was closed')))
  }

  static open(port: number): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1' })
      socket.once('error', reject)
      socket.once('connect', () => resolve(new Connection(socket)))
    })
  }

  send(request: string | Buffer): Promise<Reply> {
    return new Promise((resolve, reject) => {
      if (this.#socket.destroyed) return reject(new Error('the connection was closed'))
      this.#waiting = { resolve, reject }
      this.#socket.write(request)
    })
  }

  /** Leaves without a word, as a phone in a tunnel does. */
  cut(): void {
    this.#socket.destroy()
  }

  #take(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk])
    const reply = readReply(this.#received)
    if (!reply) return
    const waiting = this.#waiting
    this.#received = Buffer.alloc(0)
    this.#waiting = null
    waiting?.resolve(reply)
  }

  #fail(error: Error): void {
    const waiting = this.#waiting
    this.#waiting = null
    waiting?.reject(error)
  }
}

/** Undefined while more is to come. */
function readReply(bytes: Buffer): Reply | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const head = bytes.toString('latin1', 0, end)
  const body = readBody(head, bytes.subarray(end + 4))
  return body === undefined ? undefined : { status: Number(head.slice(9, 12)), head, body }
}

function readBody(head: string, rest: Buffer): string | undefined {
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
  if (length !== undefined) {
    return rest.length < Number(length) ? undefined : rest.toString('utf8', 0, Number(length))
  }
  return /\r\ntransfer-encoding: *chunked/i.test(head) ? readChunks(rest) : ''
}

function readChunks(rest: Buffer): string | undefined {
  let text = ''
  for (let at = 0; ; ) {
    const line = rest.indexOf('\r\n', at)
    if (line < 0) return undefined
    const size = Number.parseInt(rest.toString('latin1', at, line), 16)
    if (rest.length < line + 2 + size + 2) return undefined
    if (size === 0) return text
    text += rest.toString('utf8', line + 2, line + 2 + size)
    at = line + 2 + size + 2
  }
}
