import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sizes } from '../measure.ts'
import { builtPackage, run } from './support/built.ts'

const sdk = join(import.meta.dirname, '..')
let folder = ''

beforeAll(async () => {
  folder = await builtPackage()
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the package', () => {
  it('is what publint asks for', async () => {
    const { code, output } = await run(folder, 'publint', ['--strict'])
    expect(code, output).toBe(0)
    expect(output).toContain('All good!')
  })

  it('has types that every way of importing finds', async () => {
    const { code, output } = await run(folder, 'attw', ['--pack', '.', '--profile', 'esm-only'])
    expect(code, output).toBe(0)
    for (const entry of ['browser', 'react', 'react-native', 'server']) {
      expect(output).toContain(`gatehouse-client/${entry}`)
    }
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
