import { join } from 'node:path'
import { cloudflareTest } from '@cloudflare/vitest-plugin'
import { defineConfig } from 'vitest/config'
import { scratchFolder } from './dev/scratch.ts'
import { bundledService } from './test/bundle.ts'
import { SlowFirst } from './test/order.ts'

// A process that a test starts finds what the ones before it have compiled: that is most of what a short one costs.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, 'node_modules', '.cache', 'node')

// Durable Objects, Postgres and all that tests write: nobody waits for a disk.
process.env.TMPDIR = scratchFolder('gatehouse-tests')

// Tests leave much behind at once, and V8 begins with little room for that: it would collect all the time.
process.env.MINIFLARE_WORKERD_V8_FLAGS ??= '--min-semi-space-size=16'

/**
 * Files wait for Postgres, workerd and each other: two would leave one of two cores idle. With more of those that race by
 * fifties, one request waits longer for the others than the service waits for its database. One number for all projects, so
 * that none waits for another to end.
 */
const maxWorkers = 4

/** Workerd against a real Postgres, the local Neon endpoint and the local inbox. */
const worker = {
  plugins: [
    bundledService(),
    cloudflareTest(({ inject }) => ({
      wrangler: { configPath: './wrangler.toml' },
      miniflare: {
        bindings: inject<Record<string, string>>('bindings'),
        // It would be looked for, and the headers copied, with each request that leaves.
        stripCfConnectingIp: false,
      },
    })),
  ],
  test: {
    name: 'worker',
    include: ['test/**/*.test.ts'],
    exclude: ['test/processes/**'],
    globalSetup: './test/stack.ts',
    setupFiles: ['./test/setup-modules.ts', './test/support/warm.ts'],
    // It knows files, and not that those of `src` come out of one bundle: two bundles would be mixed.
    fsModuleCache: false,
    // A process that loads the service and Vitest anew for each file takes longer for that than for most tests.
    isolate: false,
    // Nothing is measured by it: a machine that is busy with other work takes its time.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers,
  },
}

/** Tests in Node, of processes that it waits for more than it computes. */
const inNode = {
  environment: 'node',
  // Each file loads the same anew otherwise: Puppeteer, axe, Postgres' client.
  isolate: false,
  maxWorkers,
  testTimeout: 120_000,
  hookTimeout: 120_000,
}

/** What needs files or processes of its own: structure, two Workers at once, the newcomer's way. */
const processes = {
  test: {
    name: 'processes',
    include: ['test/processes/**/*.test.ts'],
    exclude: ['test/processes/browser/**'],
    ...inNode,
  },
}

/** The pages in Chromium, and the client in Node and in a page: against one real Worker for all files. */
const clients = {
  test: {
    name: 'clients',
    include: ['test/processes/browser/**/*.test.ts', 'sdk/test/**/*.test.{ts,tsx}'],
    globalSetup: './test/processes/browser/stack.ts',
    ...inNode,
  },
}

export default defineConfig({
  test: {
    projects: [worker, processes, clients],
    sequence: { sequencer: SlowFirst },
    silent: 'passed-only',
  },
})
