import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, inject, it } from 'vitest'
import {
  createMobileClient,
  type MobileClient,
  type MobileOptions,
  type SecureStore,
} from '../src/react-native/index.ts'
import { anywhere, linkIn, mailTo, newPerson, password, randomEmail } from './support/person.ts'
import { redirectTo, throughProvider } from './support/provider.ts'

/** A phone: its keychain outlives the app, and every look into it is counted. */
function newPhone() {
  const keychain = new Map<string, string>()
  const secureStore: SecureStore = {
    get: async (key) => keychain.get(key) ?? null,
    set: async (key, value) => void keychain.set(key, value),
    delete: async (key) => void keychain.delete(key),
  }
  const phone = {
    keychain,
    prompts: 0,
    isFingerGood: true,
    /** Starts the app: a new process on the same phone. */
    start: (changes: Partial<MobileOptions> = {}): MobileClient =>
      createMobileClient({
        baseUrl: inject('service').url,
        fetch: anywhere,
        app: { platform: 'ios', version: '1.3.0' },
        redirects: [redirectTo],
        secureStore,
        // As a platform without WebCrypto brings them along.
        digests: {
          randomBytes: (count) => new Uint8Array(randomBytes(count)),
          sha256: async (text) => new Uint8Array(createHash('sha256').update(text).digest()),
        },
        openSignInBrowser: (url) => throughProvider(url),
        ...changes,
      }),
    checkBiometrics: async () => {
      phone.prompts += 1
      return phone.isFingerGood
    },
  }
  return phone
}

describe('an app', () => {
  it('keeps its tokens and its id in the keychain, and finds them after a start', async () => {
    const phone = newPhone()
    const app = phone.start()
    await app.login({ email: await newPerson(), password })
    const user = await app.me.get()
    expect([...phone.keychain.keys()].sort()).toEqual(['gatehouse.install', 'gatehouse.session'])
    const next = phone.start()
    expect(await next.restore()).toBe(true)
    expect(await next.me.get()).toEqual(user)
  })

  it('signs in by the link of a mail, and by nothing that only looks like it', async () => {
    const app = newPhone().start({ baseUrl: inject('service').url })
    const email = await newPerson()
    await app.magicLink.send({ email })
    const mailed = linkIn(await mailTo(email, /magic-link#token=/))
    // The links name the service as it is configured; here it listens elsewhere.
    const link = app.readLink(mailed.replace(inject('service').publicUrl, inject('service').url))
    expect(app.readLink(mailed.replace('//localhost', '//evil.example'))).toBeNull()
    if (link?.kind !== 'magicLink') throw new Error('the link was not read')
    await app.magicLink.verify({ token: link.token })
    expect((await app.me.get()).email).toBe(email)
  })

  it('signs in at a provider, by the browser of the system', async () => {
    const app = newPhone().start()
    const back = await app.signInWith({ provider: 'google', redirectTo })
    expect(back).toMatchObject({ kind: 'signIn', result: { user_created: true } })
    expect(app.isSignedIn).toBe(true)
  })

  it('that was ended while the browser was open goes on by the link that opens it', async () => {
    const phone = newPhone()
    const email = randomEmail()
    const start = await phone.start().oauth.start({ provider: 'google', redirectTo })
    const returned = await throughProvider(start, email)
    const app = phone.start()
    const link = app.readLink(returned)
    if (link?.kind !== 'oauth') throw new Error('the way back was not read')
    await app.oauth.finish(link.url)
    expect((await app.me.get()).email).toBe(email)
    expect([...phone.keychain.keys()]).not.toContain('gatehouse.pkce')
  })

  it('whose browser was closed is not signed in, and no error', async () => {
    const app = newPhone().start({ openSignInBrowser: async () => null })
    expect(await app.signInWith({ provider: 'google', redirectTo })).toBeNull()
    expect(app.isSignedIn).toBe(false)
  })

  it('shows in the list of sessions as what it is', async () => {
    const app = newPhone().start()
    await app.login({ email: await newPerson(), password })
    expect((await app.sessions.list()).sessions).toMatchObject([{ platform: 'ios' }])
  })
})

describe('the check by finger or face', () => {
  /** A phone with a session, and the app started again. */
  async function restarted() {
    const phone = newPhone()
    const { checkBiometrics } = phone
    const first = phone.start({ checkBiometrics })
    await first.login({ email: await newPerson(), password })
    await first.me.get()
    // A sign-in has proven more.
    expect(phone.prompts).toBe(0)
    return { phone, app: phone.start({ checkBiometrics }) }
  }

  it('comes once before stored tokens are used, however many calls wait', async () => {
    const { phone, app } = await restarted()
    await Promise.all([app.me.get(), app.me.get(), app.sessions.list()])
    await app.me.get()
    expect(phone.prompts).toBe(1)
  })

  it('comes again after the app was in the background', async () => {
    const { phone, app } = await restarted()
    await app.me.get()
    app.lock()
    expect(app.isSignedIn).toBe(false)
    await app.me.get()
    expect(phone.prompts).toBe(2)
  })

  it('opens nothing where the app was locked while it was asked', async () => {
    const { phone } = await restarted()
    const asked = Promise.withResolvers<void>()
    const answer = Promise.withResolvers<boolean>()
    let prompts = 0
    const app = phone.start({
      checkBiometrics: () => {
        prompts += 1
        asked.resolve()
        return prompts === 1 ? answer.promise : Promise.resolve(true)
      },
    })
    const waiting = expect(app.me.get()).rejects.toMatchObject({ code: 'BIOMETRICS_REFUSED' })
    await asked.promise
    app.lock()
    answer.resolve(true)
    await waiting
    expect(app.isSignedIn).toBe(false)
    await expect(app.me.get()).resolves.toMatchObject({ status: 'active' })
    expect(prompts).toBe(2)
  })

  it('that fails keeps the tokens where they are, and is asked again', async () => {
    const { phone, app } = await restarted()
    phone.isFingerGood = false
    await expect(app.me.get()).rejects.toMatchObject({ code: 'BIOMETRICS_REFUSED' })
    phone.isFingerGood = true
    await expect(app.me.get()).resolves.toMatchObject({ status: 'active' })
    expect(phone.prompts).toBe(2)
  })

  it('is spared to who is not signed in', async () => {
    const phone = newPhone()
    const app = phone.start({ checkBiometrics: phone.checkBiometrics })
    expect(await app.restore()).toBe(false)
    expect(phone.prompts).toBe(0)
  })
})
