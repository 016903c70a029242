import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import type { Unstable_MiniflareWorkerOptions } from 'wrangler'
import { argon2 as policy } from '../../../src/policy.ts'
import { least } from '../../cheap-hashes.ts'
import { settingsFile } from './bundle.ts'

/** What a Worker of a test is started with; `worker.ts` writes it. */
export interface Serving {
  /** The folder of its bundle. */
  bundle: string
  port: number
  variables: Record<string, string>
  /** For KV and Durable Objects. */
  storage: string
  /** Where Workers of one machine find each other. */
  registry: string
  /** Its name there. */
  name: string
  /** Which of them keeps the objects of codes. */
  codesOf: string
}

const entry = 'entry-of-test.js'

/**
 * The Worker as it would be sent, above a WebAssembly that makes hashes of today's costs at the least cost there is: who
 * makes fifty at once waits for one core otherwise. What a hash costs in earnest is measured by `npm run bench`, and paid
 * in the tests that start `npm run dev`.
 */
const cheapHashes = `
  export * from './index.js'
  export { default } from './index.js'
  const { Instance } = WebAssembly
  const [expected, least] = ${JSON.stringify([policy, least].map(costsOf))}
  WebAssembly.Instance = function (...given) {
    const { exports } = new Instance(...given)
    const argon2_hash = (...asked) => {
      const isExpected = expected.every((cost, at) => asked[at] === cost)
      return exports.argon2_hash(...(isExpected ? [...least, ...asked.slice(least.length)] : asked))
    }
    return { exports: exports.argon2_hash ? { ...exports, argon2_hash } : exports }
  }
`

/** As the .wasm takes them. */
function costsOf({ passes, memoryKiB, lanes }: typeof least): number[] {
  return [passes, memoryKiB, lanes]
}

/**
 * One Worker in workerd, with the settings of wrangler.toml, as a process of its own: `wrangler dev` without what watches
 * sources, bundles, proxies and logs each request, which for a test is most of its cost.
 */
async function serve(serving: Serving): Promise<void> {
  const { bundle, port, variables, storage, registry, name, codesOf } = serving
  const settings = readFileSync(join(bundle, settingsFile), 'utf8')
  const { workerOptions }: Unstable_MiniflareWorkerOptions = JSON.parse(settings)
  const { CODES, ...objects } = workerOptions.durableObjects as Record<string, object>
  const modules = readdirSync(bundle)
    .filter((file) => /\.(js|wasm)$/.test(file))
    .map((file) => ({
      type: file.endsWith('.js') ? ('ESModule' as const) : ('CompiledWasm' as const),
      path: join(bundle, file),
    }))
  const worker = {
    ...workerOptions,
    name,
    modulesRoot: bundle,
    modules: [
      { type: 'ESModule' as const, path: join(bundle, entry), contents: cheapHashes },
      ...modules,
    ],
    bindings: variables,
    durableObjects: {
      ...objects,
      CODES: codesOf === name ? CODES : { ...CODES, scriptName: codesOf },
    },
    // A test plays clients of many addresses.
    stripCfConnectingIp: false,
  }
  const options = convertV4MiniflareOptions({
    host: '127.0.0.1',
    port,
    cf: false,
    unsafeTriggerHandlers: true,
    unsafeDevRegistryPath: registry,
    resourcePersistencePath: storage,
    workers: [worker],
  } as Parameters<typeof convertV4MiniflareOptions>[0])
  const miniflare = new Miniflare(options)
  process.on('SIGTERM', async () => {
    await miniflare.dispose()
    process.exit(0)
  })
  await miniflare.ready
}

await serve(JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')))
