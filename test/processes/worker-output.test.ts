import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { startWorker } from '../../dev/worker-process.ts'

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-worker-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A wrangler that says these lines, and then waits to be stopped. */
function wranglerThatSays(lines: readonly string[]) {
  const root = mkdtempSync(join(folder, 'root-'))
  const place = join(root, 'node_modules', 'wrangler', 'bin')
  mkdirSync(place, { recursive: true })
  const said = JSON.stringify(`${lines.join('\n')}\n`)
  const source = [
    `const end = () => process.stdout.write('Shutting down\\n', () => process.exit(0))`,
    `process.once('SIGTERM', end)`,
    `process.stdout.write(${said}, () => require('node:fs').writeFileSync('said', ''))`,
    'setInterval(() => {}, 1_000)',
  ]
  writeFileSync(join(place, 'wrangler.js'), source.join('\n'))
  return root
}

/** What of it comes into the terminal until it is stopped. */
async function shownOf(lines: readonly string[], last?: string): Promise<string[]> {
  const root = wranglerThatSays(lines)
  const shown: string[] = []
  const log = (line: string) => shown.push(line)
  const worker = startWorker({ root, stateFolder: root, port: 1, overrides: {}, log })
  await vi.waitUntil(() => (last ? shown.includes(last) : existsSync(join(root, 'said'))), 10_000)
  await worker.stop()
  return shown
}

const opening = [
  'Your Worker has access to the following bindings:',
  'env.THROTTLE (ThrottleObject)      Durable Object      local',
  '⎔ Starting local server...',
]
const running = [
  ...opening,
  '[wrangler:info] Ready on http://127.0.0.1:8787',
  '[wrangler:info] GET /readyz 200 OK (12ms)',
]
const served = '[wrangler:info] POST /api/v1/auth/login 200 OK (12ms)'

describe('the words of wrangler', () => {
  it('are not shown by a start that is stopped', async () => {
    expect(await shownOf(opening)).toEqual([])
  })

  it('are shown by a start that fails', async () => {
    expect(
      await shownOf([...opening, '✘ [ERROR] No such binding'], '✘ [ERROR] No such binding'),
    ).toEqual([...opening, '✘ [ERROR] No such binding'])
  })
})

const stack =
  '  stack: /x/workerd@34dcea9 /x/workerd@26b6840; sentryErrorContext = jsgInternalError; wdErrId = '

describe('what the runtime says of itself', () => {
  it.each([
    [
      'of a host without an address',
      [
        '\u001b[31m✘ \u001b[41;31m[\u001b[41;97mERROR\u001b[41;31m]\u001b[0m \u001b[1me = rust/worker/ffi.rs:110: failed: failed to lookup address information: Name or service not known\u001b[0m',
        '',
        `${stack}ubhd66mn`,
        '',
        '',
      ],
      'The runtime: failed to lookup address information: Name or service not known',
    ],
    [
      'in a line with its stack',
      [
        '✘ [ERROR] uncaught exception; exception = kj/async-io-unix.c++:1298: failed: DNS lookup failed.; params.host = hooks.example; stack: /x/workerd@34dcea9',
        '',
      ],
      'The runtime: DNS lookup failed.; params.host = hooks.example',
    ],
  ])('is a line, %s', async (_where, record, line) => {
    const said = [...running, ...record, ...record, served]
    expect(await shownOf(said, served)).toEqual([line, served])
  })

  it('is said again where something else was said since', async () => {
    const record = ['✘ [ERROR] e = kj/async.c++:1: failed: no', '', `${stack}1`, '']
    const line = 'The runtime: no'
    const said = [...running, ...record, served, ...record, served]
    expect(await shownOf([...said, 'end'], 'end')).toEqual([line, served, line, served, 'end'])
  })

  it('hides no exception of the Worker', async () => {
    const exception = [
      '✘ [ERROR] Uncaught (in promise) TypeError: stack: is not a function',
      '',
      '      at deliver (file:///src/webhooks/dispatch.ts:71:3)',
      '    stack of the caller',
      '',
      '{"level":"error","event":"failed","reason":"e = kj/async.c++:1: failed: no"}',
      served,
    ]
    expect(await shownOf([...running, ...exception], served)).toEqual(exception)
  })
})
