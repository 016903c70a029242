import { globSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { foreignHash } from '../../src/policy.ts'

const src = join(import.meta.dirname, '../../src')

/** One import: who, what, and whether `what` is a file of ours or a package. */
interface Import {
  from: string
  to: string
  ours: boolean
}

/** Comments name modules too, in links. Only whole lines of `//`: an URL in a string holds one as well. */
function withoutComments(code: string): string {
  return code.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '')
}

const statement = /^(?:import|export)\b[^'";]*?\bfrom\s*'([^']+)'|^import\s*'([^']+)'/gm
const dynamic = /\bimport\(\s*'([^']+)'\s*\)/g

function importsOf(from: string, code: string): Import[] {
  const names = [...code.matchAll(statement), ...code.matchAll(dynamic)].map(
    ([, first, second]) => first ?? second ?? '',
  )
  return names.map((name) => {
    const ours = name.startsWith('.')
    return { from, to: ours ? join(dirname(from), name) : name, ours }
  })
}

const files = globSync('**/*.{ts,tsx}', { cwd: src }).sort()
const code = new Map(
  files.map((file) => [file, withoutComments(readFileSync(join(src, file), 'utf8'))]),
)
const imports = files.flatMap((file) => importsOf(file, code.get(file) ?? ''))

/** Who imports a package whose name matches, outside the files that may. */
function foreignImports(name: RegExp, may: (file: string) => boolean): string[] {
  return imports
    .filter(({ from, to, ours }) => !ours && name.test(to) && !may(from))
    .map(({ from, to }) => `${from} imports ${to}`)
}

/** Files whose code matches, outside those that may. */
function mentions(pattern: RegExp, may: (file: string) => boolean): string[] {
  return files.filter((file) => !may(file) && pattern.test(code.get(file) ?? ''))
}

const isRoutes = (file: string) => basename(file) === 'routes.ts'
const within = (folder: string) => (file: string) => file.startsWith(`${folder}/`)

/** What every request needs of its tenant; the rest of the folder administers tenants. */
const rulesOfTenants =
  /^tenants\/(current|display-name|find|methods|password-policy|register-form|resolve|roles|settings|sign-in-methods|slug|tenant)\.ts$/

/**
 * The layers, from the top. The first that takes a file is its layer, and a file imports its own layer or a lower one.
 */
const layers: [name: string, holds: (file: string) => boolean][] = [
  ['index', (file) => file === 'index.ts'],
  ['app and edge', (file) => file === 'app.ts' || within('edge')(file)],
  [
    'routes and documents',
    (file) => (isRoutes(file) && !within('http')(file)) || within('documents')(file),
  ],
  ['http', within('http')],
  ['what is built of methods', (file) => /^(mfa|recovery)\//.test(file)],
  ['methods', within('methods')],
  [
    'sessions, accounts and what they rest on',
    (file) =>
      /^(sessions|accounts|assurance|audit|devices|forms|messages|admin|versions|webhooks)\//.test(
        file,
      ) ||
      (within('tenants')(file) && !rulesOfTenants.test(file)),
  ],
  ['tokens and tenants', (file) => within('tokens')(file) || rulesOfTenants.test(file)],
  ['database', within('database')],
  [
    'leaves',
    (file) => /^(config|context|errors|lazily|log|policy|ports|version|wanted|zod)\.ts$/.test(file),
  ],
]

function layerOf(file: string): number {
  return layers.findIndex(([, holds]) => holds(file))
}

it('finds the files and their imports', () => {
  expect(files).toContain('methods/password/sign-in.ts')
  expect(imports).toContainEqual({ from: 'index.ts', to: 'app.ts', ours: true })
  expect(imports).toContainEqual({
    from: 'database/connect.ts',
    to: '@neondatabase/serverless',
    ours: false,
  })
})

describe('the order of imports', () => {
  it('gives every file a layer', () => {
    expect(files.filter((file) => layerOf(file) === -1)).toEqual([])
  })

  it('points down', () => {
    const upward = imports
      .filter(({ from, to, ours }) => ours && layerOf(to) < layerOf(from))
      .map(({ from, to }) => `${from} imports ${to}`)
    expect(upward).toEqual([])
  })

  it('has no cycle', () => {
    expect(firstCycle()).toEqual([])
  })

  it('keeps each method apart from the others', () => {
    const methodOf = (file: string) => /^methods\/([^/]+)\//.exec(file)?.[1]
    const crossing = imports
      .filter(({ from, to }) => methodOf(from) && methodOf(to) && methodOf(from) !== methodOf(to))
      .map(({ from, to }) => `${from} imports ${to}`)
    expect(crossing).toEqual([])
  })

  it('opens the database in the composition root alone', () => {
    const openers = imports.filter(({ to }) => to === 'database/connect.ts').map(({ from }) => from)
    expect(openers).toEqual(['edge/live-ports.ts'])
  })
})

describe('who may know what', () => {
  it('knows Hono in http/, app.ts, routes.ts and documents/ only', () => {
    // The exception, documents/: the API description and its page are made from the routes themselves.
    const may = (file: string) =>
      file === 'app.ts' || isRoutes(file) || within('http')(file) || within('documents')(file)
    expect(foreignImports(/^(@?hono)(\/|$)/, may)).toEqual([])
  })

  it('writes JSX, which is Hono’s, in the letters only', () => {
    const pages = files.filter((file) => file.endsWith('.tsx'))
    expect(pages.filter((file) => !within('messages/letters')(file))).toEqual([])
  })

  it('knows Cloudflare’s modules in edge/ and index.ts only', () => {
    const may = (file: string) => file === 'index.ts' || within('edge')(file)
    expect(foreignImports(/^cloudflare:/, may)).toEqual([])
  })

  it('knows the Neon driver in database/connect.ts only', () => {
    const may = (file: string) => file === 'database/connect.ts'
    expect(foreignImports(/^@neondatabase\//, may)).toEqual([])
  })

  it('touches the environment in edge/ only', () => {
    expect(mentions(/\bprocess\.env\b|\bimport\.meta\.env\b/, () => false)).toEqual([])
    // The exceptions: http/provide.ts passes what the Worker was called with on to the composition root, unread, and
    // http/environment.ts gives that call its type.
    const may = (file: string) => within('edge')(file) || file === 'http/environment.ts'
    expect(mentions(/\benv\b/, may)).toEqual(['http/provide.ts'])
    expect(code.get('http/provide.ts')?.match(/\benv\b.*/g)).toEqual(['env, c.executionCtx)'])
  })

  it('goes out through the ports only: no other file calls fetch', () => {
    // ports.ts declares the way out. connect.ts has one of its own: the driver, to the host of DATABASE_URL.
    const may = (file: string) => within('edge')(file) || file === 'ports.ts'
    expect(mentions(/(?<![.\w])fetch\(/, may)).toEqual([])
  })

  it('reads the clock in edge/ and database/connect.ts only', () => {
    const may = (file: string) => within('edge')(file) || file === 'database/connect.ts'
    expect(mentions(/\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(/, may)).toEqual([])
  })
})

describe('the house rules', () => {
  it('gives the database a finished text only where templates are kept or put together: all others are templates', () => {
    const may = (file: string) => ['database/kept.ts', 'database/built.ts'].includes(file)
    expect(mentions(/\{ sql:/, may)).toEqual(['database/connect.ts'])
  })

  it('puts a text into a statement as it is only where that comes out of a closed list', () => {
    const may = (file: string) => ['database/kept.ts', 'accounts/user.ts'].includes(file)
    expect(mentions(/\bsql\.raw\(/, may)).toEqual([])
  })

  it('writes to the log through its list of fields only', () => {
    expect(mentions(/\bconsole\b/, (file) => file === 'log.ts')).toEqual([])
  })

  it('keeps every PBKDF2 at 100,000 iterations or fewer', () => {
    // Production refuses more, and workerd on a developer's machine does not.
    const bounded = 'Math.min(iterations, policy.pbkdf2Iterations)'
    expect(foreignHash.pbkdf2Iterations).toBeLessThanOrEqual(100_000)
    const users = files.filter((file) =>
      /\bname:\s*'PBKDF2'|\bpbkdf2(?:Sync)?\(/i.test(code.get(file) ?? ''),
    )
    const counts = users.flatMap((file) =>
      [...(code.get(file) ?? '').matchAll(/\biterations\b['"]?\s*[:=]\s*([^;}\n]+)/gi)].map(
        ([, value = '']) => ({ file, count: value.replace(/,?\s*$/, '') }),
      ),
    )
    expect(users.filter((file) => !counts.some((each) => each.file === file))).toEqual([])
    const isLow = (count: string) => Number(count.replaceAll('_', '')) <= 100_000
    expect(counts.filter(({ count }) => count !== bounded && !isLow(count))).toEqual([])
  })

  it('names files after the thing: no utils, helpers, services or common', () => {
    const vague = /(^|[/-])(utils?|helpers?|services?|common|misc|shared|lib)([/.-]|$)/
    expect(files.filter((file) => vague.test(file))).toEqual([])
  })

  it('exports by name: the Worker alone has a default', () => {
    expect(mentions(/^export default\b/m, () => false)).toEqual(['index.ts'])
  })

  it('tells its true version', () => {
    const { version } = JSON.parse(readFileSync(join(src, '../package.json'), 'utf8'))
    expect(code.get('version.ts')).toContain(`version = '${version}'`)
  })
})

/** The files of one cycle, the first again at its end; empty where there is none. */
function firstCycle(): string[] {
  const done = new Set<string>()
  const path: string[] = []

  function visit(file: string): string[] {
    const start = path.indexOf(file)
    if (start >= 0) return [...path.slice(start), file]
    if (done.has(file)) return []
    path.push(file)
    for (const { to } of imports.filter((each) => each.ours && each.from === file)) {
      const cycle = visit(to)
      if (cycle.length > 0) return cycle
    }
    path.pop()
    done.add(file)
    return []
  }

  return files.map(visit).find((cycle) => cycle.length > 0) ?? []
}
