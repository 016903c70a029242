import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Connection, type Reply } from '../client/connection.ts'
import { request } from '../client/request.ts'
import type { Lab } from '../lab.ts'
import { emailOf, password } from '../processes/users.ts'
import type { Row } from '../table.ts'
import { signInRequest } from './sign-in.ts'

const clients = 16
const sizes = { quick: 600, full: 5_000 }
const patienceMs = 10_000

interface Client {
  connection: Connection
  accessToken: string
  refreshToken: string
}

/** Of a hundred requests. Those that are cut leave the Worker with work that nobody waits for. */
const shares = {
  register: 8,
  verifyWrong: 10,
  signIn: 12,
  signInWrong: 8,
  refresh: 22,
  me: 22,
  keys: 8,
  health: 6,
  cutSignIn: 2,
  cutRefresh: 2,
}

type Kind = keyof typeof shares

/** Everything at once, with clients that vanish: nobody may be left hanging, then or after. */
export async function mixed(lab: Lab): Promise<Row[]> {
  const gatehouse = await lab.gatehouse()
  const port = gatehouse.ports.default
  const count = lab.settings.quick ? sizes.quick : sizes.full
  const kinds = plan(count)
  const tally = new Map<string, number>()
  const add = (word: string | number) => tally.set(String(word), (tally.get(String(word)) ?? 0) + 1)

  async function work(index: number): Promise<void> {
    const client = await newClient(port, index)
    for (let kind = kinds.pop(); kind; kind = kinds.pop()) {
      if (kind.startsWith('cut')) {
        await cut(port, textOf(kind, client))
        add('cut')
        continue
      }
      const reply = await patiently(client.connection.send(textOf(kind, client)))
      add(typeof reply === 'string' ? reply : reply.status)
      if (typeof reply === 'string') client.connection = await Connection.open(port)
      else remember(client, kind, reply)
    }
    client.connection.cut()
  }

  try {
    const started = performance.now()
    await Promise.all(Array.from({ length: clients }, (_, index) => work(index)))
    const seconds = (performance.now() - started) / 1_000
    return rows(count, seconds, tally, await answersAfter(port))
  } finally {
    await gatehouse.stop()
  }
}

/** The same requests in each run, in an order that mixes them. */
function plan(count: number): Kind[] {
  const cycle = Object.entries(shares).flatMap(([kind, share]) =>
    Array<Kind>(share).fill(kind as Kind),
  )
  // 37 and 100 have no common divisor: every place of the cycle is met once.
  return Array.from({ length: count }, (_, index) => cycle[(index * 37) % 100] ?? 'health')
}

function textOf(kind: Kind, { accessToken, refreshToken }: Client): string {
  const path = '/api/v1/auth'
  const texts: Record<Kind, () => string> = {
    register: () => {
      const email = `mixed-${randomBytes(8).toString('hex')}@example.com`
      const consents = { terms_accepted: true, privacy_accepted: true }
      return request(`${path}/register`, { body: { email, password, ...consents } })
    },
    verifyWrong: () => {
      const token = `ghv_${randomBytes(32).toString('base64url')}`
      return request(`${path}/verify-email`, { body: { token } })
    },
    signIn: () => signInRequest(clients + (turn++ % 100)),
    // Five failures in a row and an address must wait: each has its turn once in 800.
    signInWrong: () =>
      request(`${path}/login`, {
        body: { email: emailOf(200 + (turn++ % 800)), password: 'wrong' },
      }),
    refresh: () => request(`${path}/refresh`, { body: { refresh_token: refreshToken } }),
    me: () => request(`${path}/me`, { token: accessToken }),
    keys: () => request('/.well-known/jwks.json'),
    health: () => request('/healthz'),
    cutSignIn: () => signInRequest(clients + 100 + (turn++ % 50)),
    cutRefresh: () => request(`${path}/refresh`, { body: { refresh_token: refreshToken } }),
  }
  return texts[kind]()
}

let turn = 0

async function newClient(port: number, index: number): Promise<Client> {
  const connection = await Connection.open(port)
  const client = { connection, accessToken: '', refreshToken: '' }
  remember(client, 'signIn', await connection.send(signInRequest(index)))
  return client
}

function remember(client: Client, kind: Kind, { status, body }: Reply): void {
  if (status !== 200 || (kind !== 'signIn' && kind !== 'refresh')) return
  const tokens = JSON.parse(body) as { access_token: string; refresh_token: string }
  client.accessToken = tokens.access_token
  client.refreshToken = tokens.refresh_token
}

async function patiently(reply: Promise<Reply>): Promise<Reply | 'hung' | 'closed'> {
  const late = sleep(patienceMs, 'hung' as const, { ref: false })
  return Promise.race([reply.catch(() => 'closed' as const), late])
}

async function cut(port: number, text: string): Promise<void> {
  const connection = await Connection.open(port)
  connection.send(text).catch(() => undefined)
  await sleep(Math.random() * 40)
  connection.cut()
}

/** The Worker may have wedged itself without anybody waiting for it at that moment. */
async function answersAfter(port: number): Promise<boolean> {
  await sleep(500)
  const connection = await Connection.open(port)
  const health = await patiently(connection.send(request('/healthz')))
  const signedIn = await patiently(connection.send(signInRequest(0)))
  connection.cut()
  return [health, signedIn].every((reply) => typeof reply !== 'string' && reply.status === 200)
}

function rows(count: number, seconds: number, tally: Map<string, number>, alive: boolean): Row[] {
  const bad = [...tally]
    .filter(([word]) => word === 'hung' || word === 'closed' || /^5(?!03)/.test(word))
    .reduce((sum, [, each]) => sum + each, 0)
  const words = [...tally].toSorted().map(([word, each]) => `${word}: ${each}`)
  return [
    {
      name: `mixed load, ${count.toLocaleString('en')} requests`,
      value: count / seconds,
      unit: '/s',
      judged: bad + (alive ? 0 : 1),
      bar: { kind: 'at most', value: 0, unit: 'hung or broken' },
      note: `${clients} clients; ${words.join(', ')}; afterwards it ${alive ? 'answers and signs in' : 'DOES NOT ANSWER'}`,
    },
  ]
}
