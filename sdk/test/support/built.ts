import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const sdk = join(import.meta.dirname, '../..')
const modules = join(sdk, '../node_modules')

export interface Finished {
  code: number
  output: string
}

/** Runs a command of node_modules/.bin, or `node`, to its end. */
export function run(
  folder: string,
  command: string,
  args: string[],
  env: Record<string, string> = {},
): Promise<Finished> {
  const bin = join(modules, '.bin')
  const path = command === 'node' ? process.execPath : join(bin, command)
  const options = {
    cwd: folder,
    env: { ...process.env, PATH: `${bin}:${process.env.PATH}`, ...env },
  }
  return new Promise((resolve) => {
    const child = execFile(path, args, options, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? 1, output: `${stdout}${stderr}` }),
    )
  })
}

/** The package as it would be published, built in a folder of its own: that folder. */
export async function builtPackage(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-client-'))
  for (const file of ['src', 'package.json', 'tsconfig.json', 'tsconfig.build.json', 'README.md']) {
    cpSync(join(sdk, file), join(folder, file), { recursive: true })
  }
  symlinkSync(modules, join(folder, 'node_modules'))
  const { code, output } = await run(folder, 'tsc', ['-p', 'tsconfig.build.json'])
  if (code !== 0) throw new Error(output)
  return folder
}

/** A program of somebody who has installed the built package: its folder. */
export function consumerOf(built: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-consumer-'))
  const installed = join(folder, 'node_modules')
  mkdirSync(installed)
  for (const name of readdirSync(modules).filter((each) => !/^(\.|gatehouse-client$)/.test(each))) {
    symlinkSync(join(modules, name), join(installed, name))
  }
  const home = join(installed, 'gatehouse-client')
  mkdirSync(home)
  for (const part of ['dist', 'package.json']) {
    cpSync(join(built, part), join(home, part), { recursive: true })
  }
  return folder
}
