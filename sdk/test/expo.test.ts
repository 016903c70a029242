import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { expect, it } from 'vitest'

const sdk = join(import.meta.dirname, '..')
const example = join(sdk, 'examples/expo')
const manifest = JSON.parse(readFileSync(join(example, 'package.json'), 'utf8'))
const platform = Object.keys(manifest.dependencies).filter((name) => name !== 'gatehouse-client')

it('the Expo example has sound types', async () => {
  const tsc = join(sdk, '../node_modules/.bin/tsc')
  const complaint = await new Promise((resolve) => {
    execFile(tsc, ['-p', example], (error, stdout) => resolve(error ? stdout : ''))
  })
  expect(complaint).toBe('')
})

it('the Expo example bundles, with nothing in it that a phone does not have', async () => {
  const { outputFiles, metafile } = await build({
    entryPoints: [join(example, 'index.ts')],
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    alias: { 'gatehouse-client': join(sdk, 'src') },
    external: [...platform, 'react/jsx-runtime'],
    logLevel: 'error',
  })
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports)
  const foreign = imports.map(({ path }) => path).filter((path) => path !== 'react/jsx-runtime')
  expect(new Set(foreign)).toEqual(new Set(platform))
  const code = outputFiles[0]?.text ?? ''
  expect(code).toContain('gatehouse.session')
  expect(code).not.toMatch(/\b(window|document|localStorage|sessionStorage)\./)
  expect(code).not.toContain('@simplewebauthn')
})

it('the Expo example has one version', () => {
  const { expo } = JSON.parse(readFileSync(join(example, 'app.json'), 'utf8'))
  expect(expo.version).toBe(manifest.version)
})
