import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { builtPackage, consumerOf, run } from './support/built.ts'

const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8')
const block = /(<!-- run -->\n)?```(tsx?)\n([\s\S]*?)^```$/gm
const blocks = [...readme.matchAll(block)].map(([, mark, kind, code = '']) => ({
  runs: mark !== undefined,
  kind,
  code,
}))

/** The blocks that run, as one script; imports may stand anywhere in it. */
const script = blocks.flatMap(({ runs, code }) => (runs ? [code] : [])).join('\n')

const tsconfig = {
  compilerOptions: {
    target: 'es2022',
    lib: ['es2023', 'dom', 'dom.iterable'],
    module: 'nodenext',
    jsx: 'react-jsx',
    types: ['node'],
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
  },
}

describe('the README, for somebody who has installed the package', () => {
  let built = ''
  let folder = ''

  beforeAll(async () => {
    built = await builtPackage()
    folder = consumerOf(built)
    const write = (file: string, text: string) => writeFileSync(join(folder, file), text)
    write('package.json', '{ "type": "module" }')
    write('tsconfig.json', JSON.stringify(tsconfig))
    // Not among the packages of this repository.
    write('express.d.ts', "declare module 'express' { export default function express(): any }")
    write('script.ts', script)
    blocks.forEach(({ runs, kind, code }, index) => {
      if (!runs) write(`block-${index}.${kind}`, code)
    })
  })
  afterAll(() => {
    for (const each of [built, folder]) rmSync(each, { recursive: true, force: true })
  })

  it('has examples of both kinds', () => {
    expect(blocks.filter(({ runs }) => runs).length).toBeGreaterThan(4)
    expect(blocks.filter(({ runs }) => !runs).length).toBeGreaterThan(3)
  })

  it('has examples with sound types, checked with those of the package', async () => {
    const { code, output } = await run(folder, 'tsc', ['-p', '.'])
    expect(code, output).toBe(0)
  })

  it('has a script that does what it says', async () => {
    const { url, inbox } = inject('service')
    const { code, output } = await run(folder, 'node', ['script.ts'], { BASE: url, INBOX: inbox })
    expect(code, output).toBe(0)
    for (const line of [
      /signed in ada-\S+@example\.com/,
      /sessions: 1/,
      /refused: \w/,
      /date_of_birth: \w/,
      /mobile: \w/,
      /verified: aal1/,
      /orders: 200/,
      /without a token: 401/,
      /without the role: 403/,
      /restored: true/,
      /signed out: logout/,
    ]) {
      expect(output).toMatch(line)
    }
  })

  it('tells the sizes of today', async () => {
    const { sizes } = await import('../measure.ts')
    const bytes = Object.fromEntries((await sizes()).map(({ part, gzip }) => [part, gzip]))
    const kilobytes = (count = 0) => `${Math.round(count / 1000)} KB`
    const told = (entry: string) =>
      new RegExp(`^\\| \`${entry}\` \\|.*\\| (.+?) \\|$`, 'm').exec(readme)?.[1]
    const withPasskeys = bytes['browser core with passkeys'] ?? 0
    const withReact = bytes['browser core with passkeys and React'] ?? 0
    expect(told('gatehouse-client')).toBe(kilobytes(bytes['core: createClient']))
    expect(told('gatehouse-client/browser')).toBe(
      `${kilobytes(bytes['browser core: createBrowserClient'])}, ${kilobytes(withPasskeys)} with passkeys`,
    )
    expect(told('gatehouse-client/react')).toBe(`${kilobytes(withReact - withPasskeys)} more`)
    expect(told('gatehouse-client/react-native')).toBe(kilobytes(bytes['react-native']))
    expect(told('gatehouse-client/server')).toBe(kilobytes(bytes['server: verify and middleware']))
  })
})
