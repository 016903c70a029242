import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const FILES = ['swagger-ui.css', 'swagger-ui-bundle.js', 'LICENSE', 'NOTICE']
const TARGET = fileURLToPath(new URL('../web/public/docs', import.meta.url))

/** Swagger UI for /docs, served by ourselves: a CDN would see who reads the documentation. */
export function copyDocsAssets(target = TARGET): void {
  const require = createRequire(import.meta.url)
  const source = dirname(require.resolve('swagger-ui-dist/package.json'))
  mkdirSync(target, { recursive: true })
  for (const file of FILES) {
    const from = join(source, file)
    const to = join(target, file)
    // A copy that changes nothing would still wake everything that watches the folder.
    if (existsSync(to) && readFileSync(to).equals(readFileSync(from))) continue
    copyFileSync(from, to)
  }
}

if (import.meta.main) copyDocsAssets()
