import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  cpSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join, relative, sep } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../stack.ts'

const root = join(import.meta.dirname, '../..')

/** What a clone does not have: installed, generated and local things. */
const notCloned = ['node_modules', '.git', '.local', '.wrangler', '.dev.vars', 'coverage', 'dist']

const ports = { PORT: 0, INBOX_PORT: 0, POSTGRES_PORT: 0, NEON_PORT: 0, PROVIDERS_PORT: 0 }
let clone = ''
let stack: ChildProcess
let printed = ''

/** The service as a newcomer starts it, in a clone of its own: the ports and the data of a developer are left alone. */
beforeAll(async () => {
  for (const name of Object.keys(ports) as (keyof typeof ports)[]) ports[name] = await freePort()
  clone = cloneRepository()
  const env = {
    ...process.env,
    ...Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, String(port)])),
  }
  stack = spawn(process.execPath, ['dev/main.ts'], {
    cwd: clone,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  await readyLine(stack)
})

afterAll(async () => {
  if (isRunning(stack)) {
    stack.kill('SIGTERM')
    await once(stack, 'exit')
  }
  const data = /^ +Data +(.+)$/m.exec(printed)?.[1]
  // Where the folder is closed to the user that Postgres runs as, the data is elsewhere.
  if (data) rmSync(data, { recursive: true, force: true })
  rmSync(clone, { recursive: true, force: true })
})

function cloneRepository(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-tour-'))
  // Postgres, which does not run as root, has to enter.
  chmodSync(folder, 0o755)
  cpSync(root, folder, {
    recursive: true,
    filter: (path) => !notCloned.includes(relative(root, path).split(sep)[0] ?? ''),
  })
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  return folder
}

function readyLine(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    const take = (chunk: Buffer) => {
      printed += chunk.toString()
      // The table of addresses follows in the same breath.
      if (/^ +Data +.+$/m.test(printed)) resolve()
    }
    child.stdout?.on('data', take)
    child.stderr?.on('data', take)
    child.once('exit', () => reject(new Error(`The stack ended early.\n${printed}`)))
  })
}

function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null
}

/** Every bash block between the two marks of the README, as one script. */
function tourOf(readme: string): string {
  const tour = /<!-- tour -->([\s\S]*?)<!-- end of tour -->/.exec(readme)?.[1] ?? ''
  return [...tour.matchAll(/^```bash\n([\s\S]*?)^```$/gm)].map(([, block]) => block).join('\n')
}

interface Finished {
  code: number | null
  stdout: string
  stderr: string
}

function runBash(script: string, env: Record<string, string>): Promise<Finished> {
  return new Promise((resolve) => {
    const child = execFile(
      'bash',
      ['-c', script],
      { env: { ...process.env, ...env } },
      (_error, stdout, stderr) => resolve({ code: child.exitCode, stdout, stderr }),
    )
  })
}

function objectsIn(text: string): Record<string, unknown>[] {
  return [...text.matchAll(/^\{[\s\S]*?^\}$/gm)].map(([json]) => JSON.parse(json))
}

describe('the tour of the README', () => {
  const script = tourOf(readFileSync(join(root, 'README.md'), 'utf8'))
  const services = () => ({
    BASE: `http://localhost:${ports.PORT}`,
    INBOX: `http://localhost:${ports.INBOX_PORT}`,
  })

  it('leads from nothing to a signed-in account and out again', async () => {
    const { code, stdout, stderr } = await runBash(script, services())
    expect({ code, stderr }).toMatchObject({ code: 0 })
    const answers = objectsIn(stdout)
    expect(answers).toContainEqual(
      expect.objectContaining({ status: 'verification_required', email: expect.anything() }),
    )
    expect(answers).toContainEqual({ status: 'verified', password_set: true })
    expect(answers).toContainEqual(
      expect.objectContaining({ status: 'active', email_verified: true, tenant: 'default' }),
    )
    expect(answers).toContainEqual({ sessions: [expect.objectContaining({ current: true })] })
    expect(answers).toContainEqual({ status: 'password_reset' })
    expect(answers).toContainEqual(
      expect.objectContaining({
        events: expect.arrayContaining([expect.objectContaining({ action: 'session.opened' })]),
      }),
    )
    expect(stdout).toContain('(an empty answer)')
    expect(stdout).toContain('/verify-email#token=')
  })

  it('stops with an error where a step is refused', async () => {
    const spoilt = script.replace(/terms_accepted": true/, 'terms_accepted": false')
    expect(spoilt).not.toBe(script)
    const { code, stdout } = await runBash(spoilt, services())
    expect(code).not.toBe(0)
    expect(stdout).toContain('CONSENT_REQUIRED')
    expect(stdout).not.toContain('verification_required')
  })

  it('needs nothing but bash, curl and node', () => {
    const foreign = /\b(jq|python3?|perl|ruby|wget|http|npx|npm|psql)\b(?!:)/
    const commands = script.replace(/'[^']*'|"[^"]*"|#.*$/gm, '')
    expect(commands).not.toMatch(foreign)
  })
})

it('begins with releases of two apps', async () => {
  for (const platform of ['android', 'ios']) {
    const answer = await fetch(`http://localhost:${ports.PORT}/app/version?platform=${platform}`)
    expect(await answer.json()).toMatchObject({ latest: '1.3.0', min_supported: '1.2.0' })
  }
})

it('prints addresses of pages that are there', async () => {
  const pages = [...printed.matchAll(/^ +\S.* (http:\S+)$/gm)]
    .map(([, url = '']) => url)
    .filter((url) => !url.endsWith('/sql'))
  expect(pages).toHaveLength(4)
  for (const url of pages) {
    const { status, headers } = await fetch(url)
    expect([url, status, headers.get('content-type')]).toEqual([
      url,
      200,
      expect.stringContaining('text/html'),
    ])
  }
})

describe('a second start', () => {
  it('on taken ports names them all, with one command that moves them', async () => {
    const { code, stderr } = await startedAgain()
    expect(code).toBe(1)
    for (const port of Object.values(ports)) expect(stderr).toContain(`Port ${port} `)
    const commands = stderr.split('\n').filter((line) => line.includes('npm run dev'))
    expect(commands).toHaveLength(1)
    for (const name of Object.keys(ports)) expect(commands[0]).toContain(`${name}=`)
    expect(stderr).toContain('running already')
  })

  it('on other ports says who holds the data', async () => {
    const { code, stderr } = await startedAgain(await otherPorts())
    expect(code).toBe(1)
    expect(stderr).toContain('probably another `npm run dev` of this folder')
  })
})

/** It ends the stack. */
it('a signal ends every process of the stack', async () => {
  stack.kill('SIGINT')
  if (isRunning(stack)) await once(stack, 'exit')
  expect(stack.exitCode).toBe(0)
  const answering = await Promise.all(
    Object.entries(ports).map(async ([name, port]) => ((await isTaken(port)) ? name : '')),
  )
  expect(answering.filter(Boolean)).toEqual([])
})

it('a start that is broken off says so in a line, and ends every process', async () => {
  const moved = await otherPorts()
  const { code, stdout, stderr } = await startedAgain(moved, /^Starting the Worker…$/m)
  const steps = ['Building the pages…', 'Starting Postgres…', 'Starting the Worker…', 'Stopping…']
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: `${steps.join('\n')}\n`, stderr: '' })
  const answering = await Promise.all(Object.values(moved).map((port) => isTaken(Number(port))))
  expect(answering).not.toContain(true)
})

/** Last: it spoils the settings. */
it('a wrong setting stops the start; it is named once, and nothing else is said', async () => {
  const file = join(clone, '.dev.vars')
  const settings = readFileSync(file, 'utf8')
  const broken = settings.replace(/^REFRESH_KEYS=.*$/m, 'REFRESH_KEYS="broken"')
  writeFileSync(file, broken.replace(/^MAIL_FROM=/m, 'MAIL_FORM='))
  const { code, stdout, stderr } = await startedAgain(await otherPorts())
  const misspelt = '.dev.vars sets MAIL_FORM, which nothing reads.'
  const steps = ['Building the pages…', misspelt, 'Starting Postgres…', 'Starting the Worker…']
  expect({ code, stdout }).toEqual({ code: 1, stdout: `${steps.join('\n')}\n` })
  const lines = stderr.trim().split('\n')
  expect(lines.filter((line) => line.includes('REFRESH_KEYS'))).toHaveLength(1)
  expect(lines).toContain('  MAIL_FROM: is not set')
  expect(lines).toHaveLength(4)
  expect(stderr).toContain('"generate"')
})

async function otherPorts(): Promise<Record<string, string>> {
  const moved: Record<string, string> = {}
  for (const name of Object.keys(ports)) moved[name] = String(await freePort())
  return moved
}

/** @param stop what it says when somebody presses Ctrl-C */
function startedAgain(moved: Record<string, string> = {}, stop?: RegExp): Promise<Finished> {
  const same = Object.entries(ports).map(([name, port]) => [name, String(port)])
  const env = { ...process.env, ...Object.fromEntries(same), ...moved }
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['dev/main.ts'],
      { cwd: clone, env },
      (_error, stdout, stderr) => resolve({ code: child.exitCode, stdout, stderr }),
    )
    let said = ''
    child.stdout?.on('data', (chunk: string) => {
      said += chunk
      if (stop?.test(said)) child.kill('SIGINT')
    })
  })
}

function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port })
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
