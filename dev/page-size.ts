import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { makeAssets } from './assets.ts'

const folder = fileURLToPath(new URL('../web/public', import.meta.url))

interface Size {
  file: string
  bytes: number
  gzip: number
}

/** Everything that a page's HTML names, so all that it loads before it can be used: scripts and style. */
export async function pageSizes(page: string): Promise<Size[]> {
  await makeAssets()
  const html = readFileSync(join(folder, `${page}.html`), 'utf8')
  return [...html.matchAll(/(?:src|href)="(\/app\/[^"]+)"/g)].map(([, file = '']) => {
    const content = readFileSync(join(folder, file))
    return { file, bytes: content.length, gzip: gzipSync(content, { level: 9 }).length }
  })
}

if (import.meta.main) {
  const sizes = await pageSizes('login')
  for (const { file, bytes, gzip } of sizes)
    console.log(`${file.padEnd(32)}${bytes} bytes, ${gzip} gzip`)
  const scripts = sizes.filter(({ file }) => file.endsWith('.js'))
  console.log(`script, gzip: ${scripts.reduce((sum, { gzip }) => sum + gzip, 0)} bytes`)
}
