import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { WorkerModule } from './capnp.ts'

export const root = fileURLToPath(new URL('../..', import.meta.url))

export interface Bundle {
  folder: string
  modules: WorkerModule[]
  /** As wrangler counts what would be uploaded. */
  gzipKiB: number
}

/** Bundles a Worker as a deployment would; `entry` stands in for the one of wrangler.toml. */
export async function bundle(folder: string, entry?: string): Promise<Bundle> {
  const output = await wrangler(
    ['deploy', ...(entry ? [entry] : []), '--dry-run', '--outdir', folder],
    folder,
  )
  const gzip = /Total Upload: .* gzip: ([\d.]+) KiB/.exec(output)?.[1]
  if (!gzip) throw new Error(`wrangler told no size:\n${output}`)
  return { folder, modules: modulesIn(folder), gzipKiB: Number(gzip) }
}

/** The first module is the main one. */
function modulesIn(folder: string): WorkerModule[] {
  const files = readdirSync(folder).filter((file) => /\.(js|wasm)$/.test(file))
  const ordered = files.toSorted(
    (a, b) => Number(a.endsWith('.wasm')) - Number(b.endsWith('.wasm')),
  )
  return ordered.map((file) => ({ name: file, file: join(folder, file) }))
}

/** Runs wrangler without a network, an account or a trace outside of `folder`. Gives what it printed. */
export async function wrangler(args: string[], folder: string): Promise<string> {
  const script = join(root, 'node_modules', 'wrangler', 'bin', 'wrangler.js')
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [script, ...args], {
    cwd: root,
    maxBuffer: 16 * 1_024 * 1_024,
    env: {
      ...process.env,
      // The build command of wrangler.toml says `node`: the one that runs this.
      PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}`,
      CI: 'true',
      FORCE_COLOR: '0',
      XDG_CONFIG_HOME: join(folder, '..', 'wrangler-config'),
      WRANGLER_SEND_METRICS: 'false',
      WRANGLER_HIDE_BANNER: 'true',
      WRANGLER_WRITE_LOGS: 'false',
      CLOUDFLARE_CF_FETCH_ENABLED: 'false',
    },
  })
  return `${stdout}\n${stderr}`
}
