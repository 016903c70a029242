import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const source = join(import.meta.dirname, 'src')

/** What a program that uses a part of the client has more to load, its dependencies included; React is the page's own. */
const parts: Record<string, string> = {
  'core: createClient': "export { createClient } from './index.ts'",
  'browser core: createBrowserClient': "export { createBrowserClient } from './browser/index.ts'",
  'browser core with passkeys': "export * from './browser/index.ts'",
  'browser core with passkeys and React':
    "export * from './browser/index.ts'; export * from './react/index.ts'",
  'react-native': "export * from './react-native/index.ts'",
  'server: verify and middleware': "export * from './server/index.ts'",
}

export interface Size {
  part: string
  bytes: number
  gzip: number
}

export async function sizes(): Promise<Size[]> {
  return Promise.all(Object.entries(parts).map(([part, contents]) => sizeOf(part, contents)))
}

async function sizeOf(part: string, contents: string): Promise<Size> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: source, loader: 'ts' },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    external: ['react', 'react/jsx-runtime', 'node:*'],
  })
  const code = outputFiles[0]?.contents ?? new Uint8Array()
  return { part, bytes: code.length, gzip: gzipSync(code, { level: 9 }).length }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const { part, bytes, gzip } of await sizes()) {
    const inKiB = (count: number) => `${(count / 1024).toFixed(1)} KiB`.padStart(10)
    console.log(`${part.padEnd(38)}${inKiB(bytes)} minified ${inKiB(gzip)} gzip`)
  }
}
