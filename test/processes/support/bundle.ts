import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '')
const cache = join(root, '.local', 'bundles')

/** What wrangler.toml says, as workerd is told it. */
export const settingsFile = 'settings.json'

/** As `dev/worker-process.ts` has it: neither a network nor a home folder is needed. */
const quiet = {
  CI: 'true',
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_SEND_ERROR_REPORTS: 'false',
  WRANGLER_HIDE_BANNER: 'true',
  WRANGLER_WRITE_LOGS: 'false',
  XDG_CONFIG_HOME: join(cache, 'new-config'),
}

/** The Worker as `wrangler deploy` would send it: made once for all tests, and again when a source has changed. */
export async function bundle(): Promise<string> {
  const home = join(cache, fingerprint())
  if (existsSync(home)) return home

  mkdirSync(cache, { recursive: true })
  const scratch = mkdtempSync(join(cache, 'new-'))
  const wrangler = join(root, 'node_modules', 'wrangler', 'bin', 'wrangler.js')
  try {
    await promisify(execFile)(
      process.execPath,
      [wrangler, 'deploy', '--dry-run', '--outdir', scratch],
      { cwd: root, env: { ...process.env, ...quiet } },
    )
    // Only here: it takes longer to load than a Worker to start.
    const { unstable_getMiniflareWorkerOptions } = await import('wrangler')
    const { workerOptions } = unstable_getMiniflareWorkerOptions(join(root, 'wrangler.toml'))
    const { bindings: _ofThisMachine, ...settings } = workerOptions
    writeFileSync(join(scratch, settingsFile), JSON.stringify({ workerOptions: settings }))
    renameSync(scratch, home)
    const older = readdirSync(cache).filter((name) => !home.endsWith(name) && !/^new-/.test(name))
    for (const name of older) rmSync(join(cache, name), { recursive: true, force: true })
  } catch (error) {
    rmSync(scratch, { recursive: true, force: true })
    // Another test file was faster.
    if (!existsSync(home)) throw error
  }
  return home
}

function fingerprint(): string {
  const hash = createHash('sha256').update(root)
  const sources = [
    'package-lock.json',
    'wrangler.toml',
    ...globSync('src/**/*.*', { cwd: root }).sort(),
  ]
  for (const file of sources) hash.update(file).update(readFileSync(join(root, file)))
  return hash.digest('hex').slice(0, 16)
}
