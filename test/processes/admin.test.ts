import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { call, randomEmail } from './support/client.ts'
import { appCode, type Setup } from './support/factors.ts'
import { mailsTo, until } from './support/outside.ts'
import {
  me,
  newAccount,
  newPending,
  newPerson,
  newSession,
  password,
  signIn,
} from './support/people.ts'
import { site, usePublicSite } from './support/site.ts'

const auth = '/api/v1/auth'
const script = fileURLToPath(new URL('../../dev/admin/main.ts', import.meta.url))
const home = mkdtempSync(join(tmpdir(), 'gatehouse-admin-'))
const email = randomEmail()
let backupCodes: string[] = []

usePublicSite()
afterAll(() => rmSync(home, { recursive: true, force: true }))

interface Finished {
  code: number | null
  stdout: string
  stderr: string
}

/** `npm run admin -- …`, with what somebody answers to its questions. */
function admin(args: string[], answers: string[] = [], kill?: RegExp): Promise<Finished> {
  const { DATABASE_URL } = site().variables
  const [{ url }] = site().workers
  const child = spawn(process.execPath, [script, ...args], {
    env: { ...process.env, DATABASE_URL, PUBLIC_URL: url, XDG_STATE_HOME: home },
  })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString()
    if (kill?.test(stderr)) child.kill('SIGKILL')
  })
  child.stdin.on('error', () => undefined)
  child.stdin.end(answers.map((line) => `${line}\n`).join(''))
  return new Promise((resolve) => {
    child.once('close', (code) => resolve({ code, stdout, stderr }))
  })
}

/** What a person does on the pages: a password by the link, then an authenticator app. */
async function settleIn(link: string): Promise<void> {
  const [worker] = site().workers
  const token = /#token=([\w-]+)/.exec(link)?.[1]
  expect(await call(worker, `${auth}/reset-password`, { token, password })).toMatchObject({
    status: 200,
  })
  const { body } = await call(worker, `${auth}/login`, { email, password })
  const enrolling = { token: String(body.enrollment_token) }
  const enabled = await call<Setup>(worker, `${auth}/mfa/enable`, { type: 'totp' }, enrolling)
  const code = appCode(enabled.body)
  const confirmed = await call<{ backup_codes: string[] }>(
    worker,
    `${auth}/mfa/confirm`,
    { type: 'totp', code },
    enrolling,
  )
  expect(confirmed.status).toBe(200)
  backupCodes = confirmed.body.backup_codes
}

beforeAll(async () => {
  const { code, stdout } = await admin(['create-owner', email.toUpperCase()])
  expect(code).toBe(0)
  await settleIn(stdout)
  const answers = [email, password, '000000', backupCodes.pop() ?? '']
  expect(await admin(['sign-in'], answers)).toMatchObject({
    code: 0,
    stdout: `Signed in as ${email} (member, owner).\n`,
  })
}, 120_000)

it('tells how it is used, and refuses what it does not know', async () => {
  const help = await admin(['--help'])
  expect(help).toMatchObject({ code: 0 })
  for (const name of ['create-owner', 'users', 'disable', 'import', 'verify', 'tenants']) {
    expect(help.stdout).toContain(`npm run admin -- ${name}`)
  }
  expect(await admin([])).toMatchObject({ code: 2 })
  expect(await admin(['destroy'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('no command "destroy"'),
  })
  expect(await admin(['disable'])).toMatchObject({ code: 2 })
  expect(await admin(['users', '--colour'])).toMatchObject({ code: 2 })
})

it('types no password into a connection that others read', async () => {
  expect(await admin(['users', '--url', 'http://auth.example.com'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('not encrypted'),
  })
})

it.each([
  ['where nothing answers', ['--url', 'http://127.0.0.1:1'], 'Nothing answers at the address'],
  ['of a tenant that there is not', ['--tenant', 'nobody'], 'TENANT_NOT_FOUND'],
])('asks for no password %s', async (_where, options, complaint) => {
  const { code, stdout, stderr } = await admin(['users', ...options])
  expect([code, stderr]).toEqual([1, expect.stringContaining(complaint)])
  expect(stdout + stderr).not.toMatch(/E-mail|Password/)
})

describe('the first owner', () => {
  it('is made once, and by a link that nobody else gets', async () => {
    expect(await admin(['create-owner', randomEmail()])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('has an owner already'),
    })
    const { rows } = await site().database.query(
      `select details from audit_events e join users u on u.id = e.user_id
        where u.email = $1 and e.action = 'admin.roles_changed' and e.reason = 'owner'`,
      [email],
    )
    expect(rows).toEqual([{ details: { administrator: null } }])
  })

  it('is one of two who are made at the same moment', async () => {
    const slug = `acme-${randomUUID().slice(0, 8)}`
    const id = randomUUID()
    await site().database.query('insert into tenants (id, slug, name) values ($1, $2, $2)', [
      id,
      slug,
    ])
    const gate = await site().database.connect()
    await gate.query('begin')
    await gate.query('select from tenants where id = $1 for update', [id])
    const making = [1, 2, 3].map(() => admin(['create-owner', randomEmail(), '--tenant', slug]))
    await until('three who wait for the tenant', async () => {
      const { rows } = await site().database.query(
        `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
      )
      return rows.length === 3 || undefined
    })
    await gate.query('commit')
    gate.release()
    const made = await Promise.all(making)
    expect(made.map(({ code }) => code).sort()).toEqual([0, 1, 1])
    expect(made.find(({ code }) => code === 0)?.stdout).toContain(
      `reset-password?tenant=${slug}#token=`,
    )
    expect((await admin(['tenants'])).stdout).toContain(`${slug}\t${slug}\t1 account\t1 owner\n`)
  })

  it('whose link is lost gets another, until somebody has come in by one', async () => {
    const slug = `acme-${randomUUID().slice(0, 8)}`
    await site().database.query('insert into tenants (id, slug, name) values ($1, $2, $2)', [
      randomUUID(),
      slug,
    ])
    const first = randomEmail()
    const make = () => admin(['create-owner', first, '--tenant', slug])
    const [lost, found] = [await make(), await make()]
    expect([lost.code, found.code]).toEqual([0, 0])
    expect(found.stdout).toContain(`reset-password?tenant=${slug}#token=`)
    expect(found.stdout).not.toBe(lost.stdout)
    expect((await admin(['tenants'])).stdout).toContain(`${slug}\t${slug}\t1 account\t1 owner\n`)
  })

  it('may get company, of a proven account alone', async () => {
    const { email: pending } = await newPending()
    expect(await admin(['create-owner', pending, '--another'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('is pending'),
    })
    const proven = await newAccount()
    expect(await admin(['create-owner', proven, '--another'])).toMatchObject({ code: 0 })
    expect((await admin(['users', '--role', 'owner'])).stdout).toContain(proven)
  })

  it('needs a tenant that is there', async () => {
    expect(await admin(['create-owner', randomEmail(), '--tenant', 'nowhere'])).toMatchObject({
      code: 1,
      stderr:
        'There is no tenant nowhere: it is founded by POST /api/v1/tenants, whose caller owns it.\n',
    })
  })
})

describe('an account', () => {
  it('is found, shut, opened, signed out and sent a link', async () => {
    const person = await newPerson()
    const live = async () => (await me(person.access_token)).status
    const { stdout } = await admin(['users', person.email.slice(0, 20)])
    expect(stdout).toBe(`${person.user.id}\t${person.email}\tactive\tmember\t-\n`)
    expect(await admin(['users', `not-${person.email}`])).toMatchObject({
      code: 0,
      stdout: '',
      stderr: 'No such account.\n',
    })

    expect(await admin(['disable', person.email])).toMatchObject({ code: 0, stdout: 'Done.\n' })
    expect(await live()).toBe(401)
    expect((await signIn(person.email)).status).not.toBe(200)
    expect(await admin(['enable', person.user.id])).toMatchObject({ code: 0 })

    const { access_token: token } = await newSession(person.email)
    expect(await admin(['revoke', person.email])).toMatchObject({ code: 0 })
    expect((await me(token)).status).toBe(401)

    expect(await admin(['reset', person.email])).toMatchObject({ code: 0 })
    await until('the mail with the link', async () =>
      (await mailsTo(person.email)).find(({ text }) => text?.includes('/reset-password#')),
    )
  })

  it('that is not there is no success', async () => {
    expect(await admin(['disable', randomEmail()])).toMatchObject({ code: 1, stdout: '' })
    expect(await admin(['disable', randomUUID()])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('NOT_FOUND'),
    })
  })
})

describe('an import', () => {
  it('that is killed goes on: nothing twice, nothing lost, refused lines by their numbers', async () => {
    const file = join(home, 'people.ndjson')
    const people = Array.from({ length: 2_500 }, () => JSON.stringify({ email: randomEmail() }))
    people[1_200] = '{"email":'
    people[2_400] = JSON.stringify({ email: 'nobody' })
    writeFileSync(
      file,
      Buffer.concat([Buffer.from(people.join('\n')), Buffer.from([10, 0xff, 0xfe])]),
    )
    const before = await countUsers()

    await admin(['import', file], [], /1000 lines/)
    const end = await admin(['import', file])
    expect(end.code).toBe(3)
    expect(await countUsers()).toBe(before + 2_498)
    const [, created, there] =
      /^(\d+) created, (\d+) there already, 3 refused$/m.exec(end.stdout) ?? []
    expect(Number(created) + Number(there)).toBe(2_498)
    const refused = readFileSync(`${file}.refused.ndjson`, 'utf8').trim().split('\n')
    expect(refused.map((line) => JSON.parse(line).line)).toEqual([1_201, 2_401, 2_501])

    const again = await admin(['import', file])
    expect(again.stdout).toBe('0 created, 2498 there already, 3 refused\n')
  })

  it('of a file that is not there is no success', async () => {
    expect(await admin(['import', join(home, 'none')])).toMatchObject({ code: 1 })
  })
})

it('the trail holds, until somebody has been at it', async () => {
  await site().workers[0].sweep()
  expect(await admin(['verify'])).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^The trail holds up to seal \d+\.$/m),
  })
  const { rows } = await site().database.query<{ id: string; outcome: string }>(
    `update audit_events set outcome = 'failure' where id = (
      select id from audit_events where seal = 1 and outcome = 'success' order by id limit 1) returning id`,
  )
  expect(await admin(['verify'])).toMatchObject({
    code: 3,
    stdout: `The trail does not hold: row_edited, seal 1, first bad row ${rows[0]?.id}.\n`,
  })
})

it('a session is kept for its owner alone, until the sign-out', async () => {
  const folder = join(home, 'gatehouse')
  const [file = ''] = readdirSync(folder)
  expect(statSync(join(folder, file)).mode & 0o077).toBe(0)
  expect(await admin(['sign-out'])).toMatchObject({ code: 0, stdout: 'Signed out.\n' })
  expect(readdirSync(folder)).toEqual([])
  expect(await admin(['sign-out'])).toMatchObject({ code: 0, stdout: 'Nobody was signed in.\n' })
  expect(await admin(['users'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('no answer'),
  })
})

async function countUsers(): Promise<number> {
  const { rows } = await site().database.query<{ count: number }>('select count(*)::int from users')
  return rows[0]?.count ?? 0
}
