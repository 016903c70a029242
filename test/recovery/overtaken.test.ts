import { describe, expect, it } from 'vitest'
import { act, newAdministrator } from '../support/administrator.ts'
import {
  type Answer,
  call,
  type Message,
  mails,
  password,
  randomEmail,
  tokenIn,
} from '../support/client.ts'
import { row, rows, userOf } from '../support/database.ts'
import { oneBehindTheOther } from '../support/lock.ts'
import { preparedSignIn } from '../support/prepared.ts'
import { newTenant } from '../support/tenant.ts'
import {
  beginRecovery,
  cancel,
  linkFor,
  type Protected,
  protectedUser,
  verify,
} from './recoveries.ts'

const auth = '/api/v1/auth'

interface Asking {
  email: string
  access_token: string
}

const change = ({ access_token: token }: Asking, email: string) =>
  call(`${auth}/me/email`, { email }, { token })
const prove = (token: string, headers = {}) =>
  call(`${auth}/me/email/verify`, { token }, { headers })
const undo = (token: string) => call(`${auth}/me/email/undo`, { token })

async function newest(to: string, count: number): Promise<string> {
  return tokenIn(((await mails(to, count)) as [Message])[0])
}

/** As if a factor had been shown: to show one would withdraw the recovery. */
function raise({ email }: Asking): Promise<unknown> {
  return row(
    `update sessions s set acr = 'aal2', amr = '{pwd,otp,mfa}', authenticated_at = now()
     from users u where u.id = s.user_id and u.email = $1 returning s.id`,
    [email],
  )
}

/** A change that was asked for: the link that proves it, and the one that undoes it. `mailed`: mails of the old address. */
async function asked(person: Asking, mailed: number) {
  await raise(person)
  const next = randomEmail()
  expect((await change(person, next)).status).toBe(202)
  return { confirm: await newest(next, 1), back: await newest(person.email, mailed + 1) }
}

const livingLinks = (id: string, purpose: string) =>
  rows(
    'select id from one_time_tokens where user_id = $1 and purpose = $2 and used_at is null and expires_at > now()',
    [id, purpose],
  )

const openRecoveries = (id: string) =>
  rows('select id from recoveries where user_id = $1 and closed_at is null', [id])

type Request = () => Promise<Answer>

/** Both wait for the account, the first before the second; their statuses. */
async function inTurn(id: string, first: Request, second: Request): Promise<number[]> {
  const answers = await oneBehindTheOther(id, [first, second])
  return answers.map(({ status }) => status)
}

it('a change of the address that is asked for right before an undo leaves no undo of its own', async () => {
  const thief = await preparedSignIn()
  const { id } = await userOf(thief.email)
  const { confirm, back } = await asked(thief, 1)
  await prove(confirm)
  const again = () => change(thief, randomEmail())
  expect(await inTurn(id, again, () => undo(back))).toEqual([202, 200])
  expect(await livingLinks(id, 'undo_email')).toEqual([])
})

it.each([
  ['reset', 'forgot-password', 'reset_password'],
  ['recovery', 'recover', 'recover'],
])(
  'a link for a %s that is mailed right before the address changes is dead',
  async (_title, path, purpose) => {
    const person = await preparedSignIn()
    const { id } = await userOf(person.email)
    const { confirm } = await asked(person, 1)
    const mail = () => call(`${auth}/${path}`, { email: person.email })
    expect((await inTurn(id, mail, () => prove(confirm)))[1]).toBe(200)
    expect(await livingLinks(id, purpose)).toEqual([])
  },
)

describe('a recovery that begins right before', () => {
  /** What ends it, and what that answers; `mailed`: mails of the address. */
  type End = (user: Protected, mailed: number) => Promise<[Request, number]>
  const ends: Record<string, End> = {
    'the address changes': async (user, mailed) => {
      const { confirm } = await asked(user, mailed)
      return [() => prove(confirm), 200]
    },
    'a change of the address is undone': async (user, mailed) => {
      const { back } = await asked(user, mailed)
      return [() => undo(back), 200]
    },
    'the password is reset': async (user, mailed) => {
      await call(`${auth}/forgot-password`, { email: user.email })
      const token = await newest(user.email, mailed + 1)
      const body = { token, password: 'plumtree orbit canvas 83' }
      return [() => call(`${auth}/reset-password`, body), 200]
    },
    'the password changes': async (user) => {
      await raise(user)
      const body = { current_password: password, new_password: 'plumtree orbit canvas 83' }
      const how = { method: 'PUT', token: user.access_token }
      return [() => call(`${auth}/change-password`, body, how), 204]
    },
    'a backup code recovers': async (user, mailed) => {
      const link = await linkFor(user.email, mailed)
      return [() => verify(link, { backup_code: user.backupCodes[0] }), 200]
    },
    'the one before it is cancelled': async (user, mailed) => {
      const { cancelToken } = await beginRecovery(user.email, mailed)
      return [() => cancel(cancelToken), 204]
    },
  }

  it.each(Object.entries(ends))('%s is over', async (_title, end) => {
    const user = await protectedUser()
    const { id } = await userOf(user.email)
    const link = await linkFor(user.email, 2)
    const [finish, status] = await end(user, 3)
    expect(await inTurn(id, () => verify(link), finish)).toEqual([202, status])
    expect(await openRecoveries(id)).toEqual([])
  })

  it('another gives way to it', async () => {
    const user = await protectedUser()
    const { id } = await userOf(user.email)
    const links = [await linkFor(user.email, 2), await linkFor(user.email, 3)] as const
    const [first, second] = await inTurn(
      id,
      () => verify(links[0]),
      () => verify(links[1]),
    )
    expect([first, second]).toEqual([202, 202])
    expect(await openRecoveries(id)).toHaveLength(1)
  })
})

describe('an administrator', async () => {
  const tenant = await newTenant()
  const { headers } = tenant
  const owner = await newAdministrator(tenant, 'owner')

  it('who starts a reset right before the address changes mails a link that is dead', async () => {
    const person = await newAdministrator(tenant, 'member')
    const next = randomEmail()
    expect((await change(person, next)).status).toBe(202)
    const confirm = await newest(next, 1)
    const start = () => act(owner, 'POST', `/admin/users/${person.id}/password-reset`)
    expect((await inTurn(person.id, start, () => prove(confirm, headers)))[1]).toBe(200)
    expect(await livingLinks(person.id, 'reset_password')).toEqual([])
  })

  it('who disables an account right after a recovery began, and enables it again, has ended it', async () => {
    const { email, id } = await newAdministrator(tenant, 'member')
    await call(`${auth}/recover`, { email }, { headers })
    // After the proof of the address and the notice of the passkey.
    const link = await newest(email, 3)
    const path = `/admin/users/${id}`
    const disable = () => act(owner, 'PATCH', path, { status: 'disabled' })
    expect(await inTurn(id, () => verify(link, {}, headers), disable)).toEqual([202, 200])
    await act(owner, 'PATCH', path, { status: 'active' })
    expect(await openRecoveries(id)).toEqual([])
  })
})
