import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, relative } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { type Child, startChild } from '../../dev/child.ts'
import { limits } from '../../src/policy.ts'
import { type Compatibility, capnpText } from './capnp.ts'
import { type Bundle, root } from './wrangler.ts'

export interface Workerd<Name extends string = string> {
  pid: number
  ports: Record<Name, number>
  stop(): Promise<void>
}

export interface WorkerdOptions<Name extends string> {
  /** Emptied by whoever made it; each process needs one of its own. */
  folder: string
  bundle: Bundle
  variables: Record<string, string>
  sockets: readonly Name[]
  v8Flags?: readonly string[]
}

/** The runtime alone, without `wrangler dev` around it, which costs many times what is measured here. */
export async function startWorkerd<Name extends string>({
  folder,
  bundle,
  variables,
  sockets,
  v8Flags = [],
}: WorkerdOptions<Name>): Promise<Workerd<Name>> {
  const objectFolder = join(folder, 'objects')
  mkdirSync(objectFolder, { recursive: true })
  for (const file of ['kv.js', 'rate-limit.js', 'analytics.js']) copyStandIn(folder, file)
  const text = capnpText({
    compatibility: compatibility(),
    // Paths of embedded files count from the configuration.
    modules: bundle.modules.map(({ name, file }) => ({ name, file: relative(folder, file) })),
    variables,
    limits: {
      LIMIT_SIGN_IN: limits.signIn,
      LIMIT_MFA: limits.mfa,
      LIMIT_WRITE: limits.write,
      LIMIT_ALL: limits.all,
    },
    sockets,
    objectFolder,
    v8Flags,
    assetFolder: join(root, 'web', 'public'),
  })
  const file = join(folder, 'config.capnp')
  // It holds the keys of this run.
  writeFileSync(file, text, { mode: 0o600 })

  const child = startChild(workerdBinary(), ['serve', file, '--control-fd=3'], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    stopSignal: 'SIGTERM',
  })
  const ports = await portsOf(child, sockets)
  return { pid: child.process.pid ?? 0, ports, stop: child.stop }
}

/** The edge's own parts are plain JavaScript: nothing bundles them. */
function copyStandIn(folder: string, file: string): void {
  copyFileSync(new URL(`../stand-ins/${file}`, import.meta.url), join(folder, file))
}

function compatibility(): Compatibility {
  const toml = readFileSync(join(root, 'wrangler.toml'), 'utf8')
  const date = /^compatibility_date = "([\d-]+)"/m.exec(toml)?.[1]
  const flags = /^compatibility_flags = (\[.*\])/m.exec(toml)?.[1]
  if (!date || !flags) {
    throw new Error('wrangler.toml says compatibility_date or compatibility_flags in another form.')
  }
  return { date, flags: JSON.parse(flags) as string[] }
}

/** The one that wrangler brings along. */
function workerdBinary(): string {
  const fromWrangler = createRequire(createRequire(import.meta.url).resolve('wrangler'))
  const workerd = fromWrangler('workerd') as { default: string }
  return workerd.default
}

async function portsOf<Name extends string>(child: Child, sockets: readonly Name[]) {
  const words: string[] = []
  const ports = {} as Record<Name, number>
  const errors = child.process.stderr
  const control = child.process.stdio[3] as Readable | null
  if (!errors || !control) throw new Error('workerd has no output to watch.')
  createInterface({ input: errors }).on('line', (line) => {
    if (words.push(line) > 20) words.shift()
  })
  await new Promise<void>((resolve, reject) => {
    void child.exited.then(() => reject(new Error(`workerd did not start.\n${words.join('\n')}`)))
    createInterface({ input: control }).on('line', (line) => {
      const message = JSON.parse(line) as { event: string; socket: Name; port: number }
      if (message.event === 'listen') ports[message.socket] = message.port
      if (sockets.every((name) => ports[name])) resolve()
    })
  })
  return ports
}
