import { execFile } from 'node:child_process'
import {
  cpSync,
  existsSync,
  globSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseEnv } from 'node:util'
import { getTableColumns, getTableName, is, sql } from 'drizzle-orm'
import { PgTable } from 'drizzle-orm/pg-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keptStatements, missingStatements, nameOf } from '../../dev/kept-statements.ts'
import { kept } from '../../src/database/kept.ts'
import * as schema from '../../src/database/schema.ts'
import { limits } from '../../src/policy.ts'
import { rotateSession } from '../../src/sessions/rotate.ts'
import { z } from '../../src/zod.ts'

const root = join(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')

let scratch = ''
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'gatehouse-house-'))
})
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

/** Runs a command of node_modules/.bin in the repository; what it printed where it fails, empty text where it passes. */
function complaint(command: string, ...args: string[]): Promise<string> {
  const bin = join(root, 'node_modules/.bin')
  const env = {
    ...process.env,
    PATH: `${bin}:${process.env.PATH}`,
    CI: 'true',
    WRANGLER_SEND_METRICS: 'false',
    WRANGLER_HIDE_BANNER: 'true',
    WRANGLER_WRITE_LOGS: 'false',
    XDG_CONFIG_HOME: join(scratch, 'config'),
  }
  return new Promise((resolve) => {
    execFile(join(bin, command), args, { cwd: root, env }, (error, stdout, stderr) =>
      resolve(error ? `${stdout}${stderr}` || error.message : ''),
    )
  })
}

/** Several checkers would each learn much of what the others know, and the cores are not idle meanwhile. */
const typed = (...project: string[]) => complaint('tsc', '--singleThreaded', ...project)

describe('the checks', () => {
  it('pass: format and lint', async () => {
    expect(await complaint('biome', 'check', '.')).toBe('')
  })

  it('pass: no unused file, export or dependency', async () => {
    expect(await complaint('knip')).toBe('')
  })

  it('pass: types of the Worker', async () => {
    const file = 'worker-configuration.d.ts'
    expect(await complaint('wrangler', 'types', file, '--env-file', '.dev.vars.example')).toBe('')
    expect(await typed()).toBe('')
  })

  it('pass: types of the local stack', async () => {
    expect(await typed('-p', 'dev')).toBe('')
  })

  it('pass: types of the tests', async () => {
    expect(await typed('-p', 'test')).toBe('')
  })

  it('pass: types of the client', async () => {
    expect(await typed('-p', 'sdk')).toBe('')
  })

  it('pass: types of the pages', async () => {
    expect(await typed('-p', 'web')).toBe('')
  })

  it('pass: types of its tests', async () => {
    expect(await typed('-p', 'sdk/test')).toBe('')
  })

  it('stop a deployment without a KV namespace of its own', async () => {
    expect(await complaint('node', 'dev/deployable.ts')).toContain('no KV namespace yet')
  })

  it('pass: a deployment that is not sent', async () => {
    const outdir = join(scratch, 'bundle')
    expect(await complaint('wrangler', 'deploy', '--dry-run', '--outdir', outdir)).toBe('')
    expect(existsSync(join(outdir, 'index.js'))).toBe(true)
  })
})

describe('the script that is uploaded', () => {
  it('has of zod whatever the Worker uses', () => {
    const kept = new Set(Object.keys(z))
    const types = new Set(['core', 'infer', 'input', 'output'])
    const used = globSync('src/**/*.{ts,tsx}', { cwd: root }).flatMap((file) =>
      [...read(file).matchAll(/\bz\.(\w+)/g)].map(([, name = '']) => name),
    )
    expect(used).toContain('strictObject')
    expect([...new Set(used)].filter((name) => !kept.has(name) && !types.has(name))).toEqual([])
  })
})

describe('the migrations', () => {
  it('fit together', async () => {
    expect(await complaint('drizzle-kit', 'check')).toBe('')
  })

  it('say what the schema says: `npm run generate` would add nothing', async () => {
    // drizzle-kit takes its folder from the working directory.
    const copy = join('node_modules', '.cache', `migrations-${process.pid}`)
    cpSync(join(root, 'migrations'), join(root, copy), { recursive: true })
    try {
      const options = ['--dialect', 'postgresql', '--schema', 'src/database/schema.ts']
      expect(await complaint('drizzle-kit', 'generate', ...options, '--out', copy)).toBe('')
      expect(readdirSync(join(root, copy)).sort()).toEqual(
        readdirSync(join(root, 'migrations')).sort(),
      )
    } finally {
      rmSync(join(root, copy), { recursive: true })
    }
  })
})

describe('the statements that the database keeps', () => {
  const other = (name: string) => ({ name, definition: () => `CREATE FUNCTION "${name}"(text)` })

  it('stand in the migrations as they stand in the code', () => {
    expect(missingStatements()).toEqual([])
  })

  it('are all listed', () => {
    const made = globSync('src/**/*.ts', { cwd: root }).flatMap((file) =>
      [...read(file).matchAll(/= kept\b[^(]*\(\s*'(\w+)'/g)].map(([, name]) => name),
    )
    expect(made.sort()).toEqual(keptStatements.map(({ name }) => name).sort())
  })

  it('get a migration, and no new text under an old name', () => {
    const fresh = other(nameOf(other('other_statement_0')))
    expect(missingStatements([fresh])).toEqual([fresh.definition()])
    const changed = { ...fresh, name: rotateSession.name }
    expect(() => missingStatements([changed])).toThrow(`call it ${nameOf(changed)}`)
  })

  it('hold no value that would be written otherwise than it is read', () => {
    for (const value of [sql.param(['a', 'b']), new Date(0), -1, null])
      expect(() => kept('wrong_0', {}, () => sql`select ${value}`).definition()).toThrow('wrong_0')
  })
})

describe('the configuration', () => {
  const config = read('src/config.ts')
  const table = config.slice(config.indexOf('const environment = lazily('))
  const variables = [...table.slice(0, table.indexOf('\n)')).matchAll(/^ {4}([A-Z][A-Z\d_]+):/gm)]
    .map(([, name]) => name ?? '')
    .sort()

  it('is found', () => {
    expect(variables).toContain('DATABASE_URL')
  })

  it('has an example for every variable, and no other', () => {
    expect(Object.keys(parseEnv(read('.dev.vars.example'))).sort()).toEqual(variables)
  })

  it('is explained, each variable in a row of the README', () => {
    const rows = [...read('README.md').matchAll(/^\| `([A-Z][A-Z\d_]+)` \|/gm)]
    const explained = rows.map(([, name]) => name ?? '').filter((name) => !/_?PORT$/.test(name))
    expect(explained.sort()).toEqual(variables)
  })

  it('tells clients the limits that the edge enforces', () => {
    const wrangler = read('wrangler.toml')
    const enforced = [...wrangler.matchAll(/name = "LIMIT_(\w+)"[\s\S]*?simple = \{ (.*) \}/g)].map(
      ([, name, simple]) => `${name} ${simple}`,
    )
    const told = Object.values(limits).map(
      ({ name, quota, windowSeconds }) =>
        `${name.toUpperCase().replace('-', '_')} limit = ${quota}, period = ${windowSeconds}`,
    )
    expect(enforced.sort()).toEqual(told.sort())
  })
})

describe('the documents', () => {
  const failure = /\b(?:CVE-\d{4}-\d{4,}|GHSA(?:-[\da-z]{4}){3})\b/g

  it('name the test of each published failure, which names the failure', () => {
    const rows = [...read('docs/security.md').matchAll(/^\| ([CG]\S+) \| .* \| `(test\/.*)` \|$/gm)]
    const listed = rows.map(([, id, file]) => `${id} ${file}`)
    const named = globSync('test/**/*.ts', { cwd: root }).flatMap((file) =>
      [...read(file).matchAll(failure)].map(([id]) => `${id} ${file}`),
    )
    expect(listed.length).toBeGreaterThanOrEqual(20)
    expect(named.sort()).toEqual(listed.sort())
  })

  const storage = read('docs/storage.md')
  const tables = Object.values<unknown>(schema).filter((value): value is PgTable =>
    is(value, PgTable),
  )

  it.each(tables.map((table) => [getTableName(table), table] as const))(
    'tell of every column of %s',
    (name, table) => {
      const section = new RegExp(`^### \`${name}\`$[\\s\\S]*?(?=^##|(?![\\s\\S]))`, 'm').exec(
        storage,
      )
      const words = new Set([...(section?.[0] ?? '').matchAll(/`(\w+)`/g)].map(([, word]) => word))
      const columns = Object.values(getTableColumns(table)).map((column) => column.name)
      expect(columns.filter((column) => !words.has(column))).toEqual([])
    },
  )

  it('tell of every Durable Object class and KV namespace', () => {
    const stores = /^class_name = "(\w+)"|^\[\[kv_namespaces\]\]\s+binding = "(\w+)"/gm
    const names = [...read('wrangler.toml').matchAll(stores)].map(([, a, b]) => a ?? b)
    expect(names.length).toBeGreaterThan(0)
    expect(names.filter((name) => !storage.includes(`\`${name}\``))).toEqual([])
  })

  const pages = ['*.md', 'docs/**/*.md']
    .flatMap((pattern) => globSync(pattern, { cwd: root }))
    .map((page) => ({ page, text: read(page) }))

  it('name only files that exist', () => {
    const inCode = /`((?:src|test|dev|bench|web|docs|migrations)\/[\w./-]+)`/g
    const linked = /\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)/g
    const named = pages.flatMap(({ page, text }) => [
      ...[...text.matchAll(inCode)].map(([, path = '']) => ({ page, path })),
      ...[...text.matchAll(linked)].map(([, path = '']) => ({
        page,
        path: join(dirname(page), path),
      })),
    ])
    expect(named.length).toBeGreaterThan(100)
    expect(named.filter(({ path }) => !existsSync(join(root, path)))).toEqual([])
  })

  it('link to headings that exist', () => {
    const link = /\]\((?!https?:)([^)#]*)#([^)]+)\)/g
    const links = pages.flatMap(({ page, text }) =>
      [...text.matchAll(link)].map(([, path = '', heading = '']) => ({
        target: path ? join(dirname(page), path) : page,
        heading,
      })),
    )
    expect(links.filter(({ target, heading }) => !anchorsOf(target).includes(heading))).toEqual([])
  })

  it('name only scripts that exist', () => {
    const { scripts } = JSON.parse(read('package.json'))
    const named = pages.flatMap(({ text }) => [...text.matchAll(/npm run (?:--silent )?([\w-]+)/g)])
    expect(named.length).toBeGreaterThan(10)
    expect(named.filter(([, name = '']) => !Object.hasOwn(scripts, name))).toEqual([])
  })
})

/** Headings as GitHub names them in links. */
function anchorsOf(page: string): string[] {
  return [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} -]/gu, '')
      .replaceAll(' ', '-'),
  )
}
