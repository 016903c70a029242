import { globSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Plugin, type Rolldown } from 'vite'

const root = fileURLToPath(new URL('..', import.meta.url))
const source = join(root, 'src/')
const mark = '\0service:'
/** Packages whose objects tests give to the service: of two copies, each would take the other's for foreign. */
const shared = ['hono', 'drizzle-orm', 'drizzle-orm/pg-core']

type Chunks = Map<string, string>

/**
 * The service and its dependencies as one module: more than a thousand, asked of Vite one by one, would cost each test
 * file seconds. A test that imports a module of `src` gets the one that the Worker runs on.
 */
export function bundledService(): Plugin {
  let built: Promise<Chunks> | null = null
  const chunks = () => {
    built ??= buildService()
    return built
  }
  return {
    name: 'bundled-service',
    enforce: 'pre',
    // It is made while Postgres starts, in vain where a run has no file for it. Whoever asks is told what went wrong.
    configureServer: () => void chunks().catch(() => undefined),
    async resolveId(id, importer = '') {
      if (shared.includes(id)) return mark + id
      if (!importer.startsWith(mark) && !importer.startsWith(source)) return null
      const name = basename(id)
      return (await chunks()).has(name) ? mark + name : null
    },
    async load(id) {
      if (id.startsWith(mark)) {
        for (const file of sourceFiles()) this.addWatchFile(file)
        return code(await chunks(), id.slice(mark.length))
      }
      return id.startsWith(source) ? code(await chunks(), id.slice(root.length)) : null
    },
    watchChange: () => {
      built = null
    },
  }
}

function code(chunks: Chunks, name: string) {
  const text = chunks.get(name)
  return text === undefined ? null : { code: text, map: null }
}

async function buildService(): Promise<Chunks> {
  const files = sourceFiles()
  const { output } = (await build({
    root,
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    plugins: [cheapHashes(), idsByTheClock()],
    resolve: { conditions: ['workerd', 'worker', 'module', 'browser'] },
    ssr: { target: 'webworker', noExternal: true },
    build: {
      ssr: true,
      write: false,
      minify: false,
      target: 'esnext',
      rolldownOptions: {
        input: Object.fromEntries([
          ...files.map((file) => [file.slice(root.length), file]),
          ...shared.map((name) => [name, name]),
        ]),
        external: [/^cloudflare:/, /^node:/, /\.wasm$/],
        preserveEntrySignatures: 'strict',
        output: {
          comments: false,
          // Vite parses all of it, and it travels to each workerd.
          minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
          entryFileNames: '[name]',
          chunkFileNames: '[name].js',
          // Also what is imported when it is first needed stands in there, and runs then.
          strictExecutionOrder: true,
          codeSplitting: { groups: [{ name: 'service' }] },
        },
      },
    },
  })) as Rolldown.RolldownOutput
  return new Map(
    output.map((part) => [part.fileName, part.type === 'chunk' ? part.code : String(part.source)]),
  )
}

/** Hashes of passwords that are made at today's cost. */
function cheapHashes(): Plugin {
  const hash = 'export function hashArgon2('
  const cheap = JSON.stringify(join(root, 'test/cheap-hashes.ts'))
  return {
    name: 'cheap-hashes',
    enforce: 'pre',
    transform(code, id) {
      if (id !== join(source, 'edge/argon2.ts')) return null
      if (!code.includes(hash)) throw new Error(`nothing to make cheap in ${id}`)
      const first = `import { cheap } from ${cheap}\nexport const hashArgon2 = cheap(atFullCost, policy)\n`
      return { code: first + code.replace(hash, 'function atFullCost('), map: null }
    },
  }
}

/** Some tests move the clock on and put it back: ids, which never go back, would be ahead of it in all later files. */
function idsByTheClock(): Plugin {
  const kept = 'updateV7State(_state, now, rnds)'
  return {
    name: 'ids-by-the-clock',
    enforce: 'pre',
    transform(code, id) {
      if (!id.endsWith('/uuid/dist/v7.js')) return null
      if (!code.includes(kept)) throw new Error(`no state to begin anew in ${id}`)
      const anew = `if (now < _state.msecs - 1_000) _state.msecs = undefined\n${kept}`
      return { code: code.replace(kept, anew), map: null }
    },
  }
}

function sourceFiles(): string[] {
  return globSync('src/**/*.{ts,tsx}', { cwd: root }).map((file) => join(root, file))
}
