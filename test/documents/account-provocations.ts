import {
  type Answer,
  call,
  codeIn,
  mails,
  randomEmail,
  randomPhone,
  registration,
  signIn,
  type Tokens,
  tokenIn,
} from '../support/client.ts'
import { ageCodes } from '../support/codes.ts'
import { ageSession, row, setUser } from '../support/database.ts'
import { preparedSignIn, preparedUserIn } from '../support/prepared.ts'
import { newTenant } from '../support/tenant.ts'

const auth = '/api/v1/auth'

type Ask = () => Promise<Answer<unknown>>
type Person = Tokens & { email: string }

async function newestTo(address: string, count = 1) {
  const [message] = await mails(address, count)
  if (!message) throw new Error('no message')
  return message
}

/** A session whose proof is too old. */
async function stale(): Promise<string> {
  const { access_token, session_id } = await preparedSignIn()
  await ageSession(session_id, 301)
  return access_token
}

async function changing(): Promise<Person & { next: string; confirm: string; back: string }> {
  const person = await preparedSignIn()
  const next = randomEmail()
  await call(`${auth}/me/email`, { email: next }, { token: person.access_token })
  const [confirm, back] = [await newestTo(next), await newestTo(person.email, 2)]
  return { ...person, next, confirm: tokenIn(confirm), back: tokenIn(back) }
}

/** Somebody else proves an address. */
async function taken(email: string, messages: number): Promise<void> {
  await call(`${auth}/register`, registration(email))
  await call(`${auth}/verify-email`, { token: tokenIn(await newestTo(email, messages)) })
}

const prove = (token: string) => call(`${auth}/me/email/verify`, { token })
const undo = (token: string) => call(`${auth}/me/email/undo`, { token })

interface Proof {
  /** Texts that the number has got, this one among them. */
  messages?: number
  wrong?: true
  /** The account got a second factor meanwhile. */
  guarded?: true
}

async function shownPhone(phone: string, proof: Proof = {}): Promise<Answer<unknown>> {
  const { messages = 1, wrong = false, guarded = false } = proof
  const { access_token: token, email } = await preparedSignIn()
  const sent = await call<{ challenge_id: string }>(
    `${auth}/me/phone`,
    { phone_e164: phone },
    { token },
  )
  const code = codeIn(await newestTo(phone, messages))
  const shown = wrong ? String((Number(code) + 1) % 1_000_000).padStart(6, '0') : code
  const { challenge_id } = sent.body
  if (guarded) await setUser(email, { mfa_enabled: true })
  return call(`${auth}/me/phone/verify`, { challenge_id, code: shown }, { token })
}

async function lastOwnerLeaves(): Promise<Answer<unknown>> {
  const tenant = await newTenant()
  const email = await preparedUserIn(tenant)
  const { body } = await signIn(email, tenant)
  await setUser(email, { roles: ['member', 'owner'] })
  await row("update sessions set acr = 'aal2' where id = $1 returning id", [body.session_id])
  return call(`${auth}/me`, undefined, { ...tenant, token: body.access_token, method: 'DELETE' })
}

/** What the routes of the own account are for, and the refusals that only they know. */
export const accountWays: Record<string, Ask[]> = {
  [`DELETE ${auth}/me`]: [
    async () =>
      call(`${auth}/me`, undefined, {
        token: (await preparedSignIn()).access_token,
        method: 'DELETE',
      }),
    async () => call(`${auth}/me`, undefined, { token: await stale(), method: 'DELETE' }),
    lastOwnerLeaves,
  ],
  [`GET ${auth}/me/export`]: [
    async () =>
      call(`${auth}/me/export`, undefined, { token: (await preparedSignIn()).access_token }),
    async () => call(`${auth}/me/export`, undefined, { token: await stale() }),
  ],
  [`POST ${auth}/me/email`]: [
    async () =>
      call(
        `${auth}/me/email`,
        { email: randomEmail() },
        { token: (await preparedSignIn()).access_token },
      ),
    async () => call(`${auth}/me/email`, { email: randomEmail() }, { token: await stale() }),
  ],
  [`POST ${auth}/me/email/verify`]: [
    async () => prove((await changing()).confirm),
    () => prove('wrong'),
    async () => {
      const { next, confirm } = await changing()
      await taken(next, 2)
      return prove(confirm)
    },
  ],
  [`POST ${auth}/me/email/undo`]: [
    async () => undo((await changing()).back),
    () => undo('wrong'),
    async () => {
      const { email, confirm, back } = await changing()
      await prove(confirm)
      await taken(email, 4)
      return undo(back)
    },
  ],
  [`POST ${auth}/me/phone`]: [
    async () =>
      call(
        `${auth}/me/phone`,
        { phone_e164: randomPhone() },
        { token: (await preparedSignIn()).access_token },
      ),
    async () => call(`${auth}/me/phone`, { phone_e164: randomPhone() }, { token: await stale() }),
  ],
  [`POST ${auth}/me/phone/verify`]: [
    () => shownPhone(randomPhone()),
    () => shownPhone(randomPhone(), { wrong: true }),
    () => shownPhone(randomPhone(), { guarded: true }),
    async () => {
      const phone = randomPhone()
      await shownPhone(phone)
      await ageCodes(phone, 61)
      return shownPhone(phone, { messages: 2 })
    },
  ],
}
