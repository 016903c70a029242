import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it, onTestFinished } from 'vitest'

const script = join(import.meta.dirname, '../../dev/scratch.ts')
const name = `gatehouse-scratch-test-${process.pid}`

/** A process that fills a folder of its own; tells where it was. */
async function folderOf(then: string): Promise<string> {
  const code = `
    const { scratchFolder } = await import(${JSON.stringify(script)})
    const folder = scratchFolder(${JSON.stringify(name)})
    const { writeFileSync } = await import('node:fs')
    writeFileSync(folder + '/file', 'text')
    console.log(folder)
    ${then}`
  const run = promisify(execFile)(process.execPath, ['--input-type=module', '-e', code])
  const { stdout } = await run.catch((error: { stdout: string }) => error)
  return stdout.trim()
}

it('goes with its process', async () => {
  const folder = await folderOf('')
  expect(basename(folder)).toContain(name)
  expect(existsSync(folder)).toBe(false)
})

it('goes with the next process where its own was killed; that of a living one stays, and any other', async () => {
  const left = await folderOf("process.kill(process.pid, 'SIGKILL')")
  expect(existsSync(join(left, 'file'))).toBe(true)
  const living = mkdtempSync(join(dirname(left), `${name}-${process.pid}-`))
  const other = mkdtempSync(join(dirname(left), `another-${name}-1-`))
  onTestFinished(() => {
    for (const folder of [left, living, other]) rmSync(folder, { recursive: true, force: true })
  })

  await folderOf('')
  expect([left, living, other].map((folder) => existsSync(folder))).toEqual([false, true, true])
})
