import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common'
import { buildPages, fingerprint } from './pages.ts'

const swaggerUi = ['swagger-ui.css', 'swagger-ui-bundle.js', 'LICENSE', 'NOTICE']
const target = fileURLToPath(new URL('../web/public', import.meta.url))
/** What the pages were built from; not among the files that are served. */
const stamp = fileURLToPath(new URL('../.local/pages-built-from', import.meta.url))

/** Writes the files of web/public that are made: from packages, and from `web/src`. */
export async function makeAssets(): Promise<void> {
  copySwaggerUi(join(target, 'docs'))
  const lists = JSON.stringify({ graphs: adjacencyGraphs, dictionary })
  write(join(target, 'lists', 'passwords.json'), Buffer.from(lists))
  await makePages()
}

/** For /docs, served by ourselves: a CDN would see who reads the documentation. */
function copySwaggerUi(folder: string): void {
  const require = createRequire(import.meta.url)
  const source = dirname(require.resolve('swagger-ui-dist/package.json'))
  for (const file of swaggerUi) write(join(folder, file), readFileSync(join(source, file)))
}

/** Each Worker of a test makes its assets, and most find them made. */
async function makePages(): Promise<void> {
  const source = fingerprint()
  const isMade = existsSync(join(target, 'app')) && existsSync(stamp)
  if (isMade && readFileSync(stamp, 'utf8') === source) return
  const files = await buildPages()
  for (const [path, content] of files) write(join(target, path), Buffer.from(content))
  const made = new Set(files.map(([path]) => path))
  for (const old of globSync('app/*', { cwd: target })) {
    if (!made.has(old)) rmSync(join(target, old), { force: true })
  }
  write(stamp, Buffer.from(source))
}

function write(file: string, content: Buffer): void {
  // A copy that changes nothing would still wake everything that watches the folder.
  if (existsSync(file) && readFileSync(file).equals(content)) return
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
}

if (import.meta.main) await makeAssets()
