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

/** One sentence for every port that cannot be had, with the way out of it. */
export async function portProblems(ports: Ports): Promise<string[]> {
  const problems = await Promise.all(
    names.map(async (name) => {
      const port = ports[name]
      const twin = names.find((other) => other < name && ports[other] === port)
      const move = `Move it: ${name}=${port + 1000 < 65_536 ? port + 1000 : 20_000} npm run dev`
      if (twin) return `Port ${port} is asked for twice, by ${twin} and ${name}. ${move}`
      const code = await tryPort(port)
      if (!code) return undefined
      const reason = code === 'EADDRINUSE' ? 'is taken' : `cannot be opened (${code})`
      return `Port ${port} ${reason}. ${move}`
    }),
  )
  return problems.filter((problem) => problem !== undefined)
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
