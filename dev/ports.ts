import { createServer } from 'node:net'

/** The variable that moves each port, and where it is unless moved. */
const DEFAULT_PORTS = {
  PORT: 8787,
  INBOX_PORT: 8025,
  POSTGRES_PORT: 54329,
  NEON_PORT: 4444,
  PROVIDERS_PORT: 9090,
}

type PortName = keyof typeof DEFAULT_PORTS
export type Ports = Record<PortName, number>

const names = Object.keys(DEFAULT_PORTS) as PortName[]

export function readPorts(env: Record<string, string | undefined>): Ports {
  const ports = { ...DEFAULT_PORTS }
  for (const name of names) {
    const value = env[name]
    if (!value) continue
    ports[name] = Number(value)
    if (Number.isInteger(ports[name]) && ports[name] > 0 && ports[name] < 65_536) continue
    throw new Error(`${name}=${value} is no port number.`)
  }
  return ports
}

/** A sentence for every port that cannot be had, and one command that is the way out of all of them. */
export async function portProblems(ports: Ports): Promise<string[]> {
  const problems = await Promise.all(names.map((name) => problemOf(name, ports)))
  const stuck = names.filter((_name, at) => problems[at])
  if (stuck.length === 0) return []
  const moved = names.filter((name) => stuck.includes(name) || ports[name] !== DEFAULT_PORTS[name])
  const moves = moved.map(
    (name) => `${name}=${stuck.includes(name) ? otherPort(ports[name]) : ports[name]}`,
  )
  return [
    ...problems.filter((problem) => problem !== undefined),
    'Perhaps Gatehouse is running already. If not, move:',
    `  ${moves.join(' ')} npm run dev`,
  ]
}

async function problemOf(name: PortName, ports: Ports): Promise<string | undefined> {
  const port = ports[name]
  const twin = names.find((other) => other < name && ports[other] === port)
  if (twin) return `Port ${port} is asked for twice, by ${twin} and ${name}.`
  const code = await tryPort(port)
  if (!code) return undefined
  return code === 'EADDRINUSE'
    ? `Port ${port} (${name}) is taken.`
    : `Port ${port} (${name}) cannot be opened (${code}).`
}

function otherPort(port: number): number {
  return port + 1_000 < 65_536 ? port + 1_000 : 20_000
}

/** A server on one address leaves the port free on the others, so each is tried. */
async function tryPort(port: number): Promise<string | undefined> {
  for (const host of ['127.0.0.1', '0.0.0.0', '::1']) {
    const code = await tryListening(port, host)
    // Machines without IPv6 cannot lose a port to it.
    if (code && code !== 'EADDRNOTAVAIL' && code !== 'EAFNOSUPPORT') return code
  }
  return undefined
}

function tryListening(port: number, host: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'unknown'))
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(undefined)))
  })
}

/** The variables that name a local address whose port has moved, with the new one. */
export function moveAddresses(
  variables: Record<string, string>,
  ports: Ports,
): Record<string, string> {
  const moved = new Map(names.map((name) => [String(DEFAULT_PORTS[name]), String(ports[name])]))
  const local = /\b(localhost|127\.0\.0\.1):(\d+)\b/g
  const entries = Object.entries(variables).map(([name, value]) => [
    name,
    value.replace(local, (whole, host, port) =>
      moved.has(port) ? `${host}:${moved.get(port)}` : whole,
    ),
  ])
  return Object.fromEntries(entries.filter(([name, value]) => name && variables[name] !== value))
}
