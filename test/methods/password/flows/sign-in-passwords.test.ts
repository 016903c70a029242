import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import {
  call,
  cost,
  mails,
  newUser,
  password,
  randomEmail,
  registration,
  signIn,
  tokenIn,
} from '../../../support/client.ts'
import { callConfigured } from '../../../support/configured.ts'
import { row } from '../../../support/database.ts'
import {
  type Credential,
  credentialOf,
  oldParameters,
  setPassword,
} from '../../../support/password.ts'
import { preparedUser } from '../../../support/prepared.ts'

const today = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/

describe('a password outside ASCII', () => {
  it('counts in every character: one that agrees in its first bytes is wrong', async () => {
    const email = await preparedUser()
    await setPassword(email, 'пароль123456')
    expect((await signIn(email, { password: 'парольБББББб' })).status).toBe(401)
    expect((await signIn(email, { password: 'пароль123457' })).status).toBe(401)
    expect((await signIn(email, { password: 'пароль123456' })).status).toBe(200)
  })

  it('is the same password composed and decomposed', async () => {
    const typed = 'vexière-Pflaumenküche-Ångström'
    const email = randomEmail()
    await call('/api/v1/auth/register', registration(email, { password: typed.normalize('NFD') }))
    const [mail] = await mails(email)
    await call('/api/v1/auth/verify-email', { token: tokenIn(mail as never) })
    for (const form of ['NFC', 'NFD']) {
      expect((await signIn(email, { password: typed.normalize(form) })).status).toBe(200)
    }
    expect((await signIn(email, { password: typed.replace('Å', 'A') })).status).toBe(401)
  })

  it('tells letters from their look-alikes, and blanks from none', async () => {
    const email = await preparedUser()
    await setPassword(email, ' ｆｕｌｌ width ')
    for (const other of [' full width ', 'ｆｕｌｌ width', ' ＦＵＬＬ width ']) {
      expect((await signIn(email, { password: other })).status).toBe(401)
    }
    expect((await signIn(email, { password: ' ｆｕｌｌ width ' })).status).toBe(200)
  })
})

describe('a hash of old parameters', () => {
  it('is made anew at the next sign-in, once', async () => {
    const email = await preparedUser()
    await setPassword(email, password, oldParameters)
    expect((await credentialOf(email)).hash).not.toMatch(today)

    const first = await signIn(email)
    expect(cost(first)).toEqual({ db: 2, do: 1, kv: 0, hash: 2 })
    const renewed = await credentialOf(email)
    expect(renewed.hash).toMatch(today)

    expect(cost(await signIn(email))).toMatchObject({ hash: 1 })
    expect(await credentialOf(email)).toEqual(renewed)
  })

  it('stays where the password is wrong', async () => {
    const email = await preparedUser()
    await setPassword(email, password, oldParameters)
    const before = await credentialOf(email)
    const refused = await signIn(email, { password: 'vexing plum harbour 42' })
    expect([refused.status, cost(refused).hash]).toEqual([401, 1])
    expect(await credentialOf(email)).toEqual(before)
  })
})

describe('a new pepper', () => {
  const next = `next:${btoa(
    String.fromCharCode(...Array.from({ length: 32 }, (_, i) => (i * i * 7 + i) % 256)),
  )
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
    .replace(/=+$/, '')}`
  const path = '/api/v1/auth/login'

  it('is mixed in at the next sign-in, as long as the old one is kept', async () => {
    const email = await preparedUser()
    const rotated = { PASSWORD_PEPPERS: `${next},${env.PASSWORD_PEPPERS}` }
    const signedIn = await callConfigured(rotated, path, { email, password })
    expect(signedIn.status).toBe(200)
    expect((await credentialOf(email)).pepper_id).toBe('next')
    expect((await callConfigured(rotated, path, { email, password })).status).toBe(200)
  })

  it('alone refuses what the old one made, at the usual cost', async () => {
    const email = await preparedUser()
    const alone = { PASSWORD_PEPPERS: next }
    const refused = await callConfigured(alone, path, { email, password })
    expect(refused.status).toBe(401)
    expect(cost(refused)).toEqual({ db: 2, do: 1, kv: 0, hash: 1 })
  })
})

describe('at rest', () => {
  it('a password is an argon2id hash under a named pepper, and nowhere in plain', async () => {
    const email = await newUser()
    const { hash, pepper_id } = await credentialOf(email)
    expect(hash).toMatch(today)
    expect(env.PASSWORD_PEPPERS).toContain(`${pepper_id}:`)
    const other = await row<Credential>(
      `select c.hash, c.pepper_id from password_credentials c join users u on u.id = c.user_id
       where u.email = $1`,
      [await newUser()],
    )
    expect(other.hash).not.toBe(hash)
  })
})
