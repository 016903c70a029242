import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common'

const swaggerUi = ['swagger-ui.css', 'swagger-ui-bundle.js', 'LICENSE', 'NOTICE']
const publicFolder = fileURLToPath(new URL('../web/public', import.meta.url))

/** Writes the files of web/public that come from packages. */
export function makeAssets(target = publicFolder): void {
  copySwaggerUi(join(target, 'docs'))
  const lists = JSON.stringify({ graphs: adjacencyGraphs, dictionary })
  write(join(target, 'lists', 'passwords.json'), Buffer.from(lists))
}

/** For /docs, served by ourselves: a CDN would see who reads the documentation. */
function copySwaggerUi(target: string): void {
  const require = createRequire(import.meta.url)
  const source = dirname(require.resolve('swagger-ui-dist/package.json'))
  for (const file of swaggerUi) write(join(target, file), readFileSync(join(source, file)))
}

function write(file: string, content: Buffer): void {
  // A copy that changes nothing would still wake everything that watches the folder.
  if (existsSync(file) && readFileSync(file).equals(content)) return
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
}

if (import.meta.main) makeAssets()
