import {
  call,
  mails,
  newUser,
  password,
  randomEmail,
  registration,
  signIn,
  type Tokens,
  tokenIn,
} from '../support/client.ts'

/** Texts in generated requests that stand for something that only exists while they run. */
export const placeholders = {
  email: '§email',
  password: '§password',
  pendingEmail: '§pending-email',
  accessToken: '§access-token',
  refreshToken: '§refresh-token',
  refreshCookie: '§refresh-cookie',
  sessionId: '§session-id',
  verifyToken: '§verify-token',
  resetToken: '§reset-token',
} as const

export type Placeholder = (typeof placeholders)[keyof typeof placeholders]

/**
 * Somebody whose session lives, so that generated requests get past the door. What has ended or was spent is made anew,
 * and nothing else, because most of the time of a run goes into this.
 */
export function livingPerson() {
  let email: Promise<string> | null = null
  let session: Promise<Tokens> | null = null
  let cookie: Promise<string> | null = null
  let pending: Promise<string> | null = null
  let verifyToken: Promise<string> | null = null
  let resetToken: Promise<string> | null = null

  const emailOf = () => (email ??= newUser())
  const sessionOf = () => (session ??= newSession(emailOf()))
  const values: Record<Placeholder, () => Promise<string>> = {
    '§email': emailOf,
    '§password': async () => password,
    '§pending-email': () => (pending ??= newPending()),
    '§access-token': async () => (await sessionOf()).access_token,
    '§refresh-token': async () => (await sessionOf()).refresh_token,
    '§refresh-cookie': () => (cookie ??= newCookie(emailOf())),
    '§session-id': async () => (await sessionOf()).session_id,
    '§verify-token': () => (verifyToken ??= newVerifyToken()),
    '§reset-token': () => (resetToken ??= newResetToken()),
  }

  return {
    value: (name: Placeholder) => values[name](),
    /** What an answer of this path says to be spent, ended or throttled is not used again. */
    forgetAfter(path: string, status: number): void {
      // Wrong guesses were made at this person: others would have to wait.
      if (status === 429) email = null
      if (status >= 300) return
      if (path.endsWith('/change-password')) email = null
      if (path.endsWith('/verify-email')) verifyToken = pending = null
      if (path.endsWith('/reset-password')) resetToken = null
      if (!/change-password|logout|sessions|refresh/.test(path)) return
      session = null
      cookie = null
    },
  }
}

async function newSession(email: Promise<string>): Promise<Tokens> {
  return (await signIn(await email)).body
}

async function newPending(): Promise<string> {
  const email = randomEmail()
  await call('/api/v1/auth/register', registration(email))
  return email
}

async function newCookie(email: Promise<string>): Promise<string> {
  const headers = { 'X-Token-Transport': 'cookie', 'Sec-Fetch-Site': 'same-origin' }
  const { headers: answer } = await signIn(await email, { headers })
  const cookies = answer.getSetCookie().map((cookie) => cookie.split(';')[0] ?? '')
  return cookies.find((cookie) => cookie.startsWith('__Host-refresh=')) ?? ''
}

async function newVerifyToken(): Promise<string> {
  return mailedToken(await newPending(), 1)
}

async function newResetToken(): Promise<string> {
  const email = await newUser()
  await call('/api/v1/auth/forgot-password', { email })
  return mailedToken(email, 2)
}

async function mailedToken(email: string, count: number): Promise<string> {
  const [mail] = await mails(email, count)
  return mail ? tokenIn(mail) : ''
}
