import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sizes } from '../measure.ts'

const sdk = join(import.meta.dirname, '..')
const modules = join(sdk, '../node_modules')
let folder = ''

/** What it printed where it fails, empty text where it passes. */
function complaint(command: string, ...args: string[]): Promise<string> {
  const env = { ...process.env, PATH: `${join(modules, '.bin')}:${process.env.PATH}` }
  return new Promise((resolve) => {
    execFile(join(modules, '.bin', command), args, { cwd: folder, env }, (error, stdout, stderr) =>
      resolve(error ? `${stdout}${stderr}` || error.message : ''),
    )
  })
}

/** The package as it would be published, built in a folder of its own. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-client-'))
  for (const file of ['src', 'package.json', 'tsconfig.json', 'tsconfig.build.json', 'README.md']) {
    cpSync(join(sdk, file), join(folder, file), { recursive: true })
  }
  symlinkSync(modules, join(folder, 'node_modules'))
  expect(await complaint('tsc', '-p', 'tsconfig.build.json')).toBe('')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the package', () => {
  it('is what publint asks for', async () => {
    expect(await complaint('publint', '--strict')).toBe('')
  })

  it('has types that every way of importing finds', async () => {
    expect(await complaint('attw', '--pack', '.', '--profile', 'esm-only')).toBe('')
  })

  it('depends on nothing but the prompts for passkeys', () => {
    const { dependencies, peerDependencies, peerDependenciesMeta } = JSON.parse(
      readFileSync(join(sdk, 'package.json'), 'utf8'),
    )
    expect(Object.keys(dependencies)).toEqual(['@simplewebauthn/browser'])
    expect(Object.keys(peerDependencies)).toEqual(['react'])
    expect(peerDependenciesMeta.react).toEqual({ optional: true })
  })

  it('has the version of the service', () => {
    const versionOf = (file: string) => JSON.parse(readFileSync(join(sdk, file), 'utf8')).version
    expect(versionOf('package.json')).toBe(versionOf('../package.json'))
  })
})

describe('its size', () => {
  it('is less than 12 KB, gzip, for the core of a browser; with passkeys too', async () => {
    const measured = Object.fromEntries((await sizes()).map(({ part, gzip }) => [part, gzip]))
    expect(measured['browser core: createBrowserClient']).toBeLessThan(12_000)
    expect(measured['browser core with passkeys']).toBeLessThan(12_000)
  })
})
