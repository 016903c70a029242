import { type Answer, call, randomEmail, unlessBusy } from '../support/client.ts'
import {
  me,
  newPending,
  type Person,
  password,
  passwordNumber,
  refresh,
  register,
  resetToken,
  signIn,
  verify,
} from '../support/people.ts'
import { preparedAccount, preparedPerson } from '../support/prepared.ts'
import { site } from '../support/site.ts'

/** Everybody who wants something while a part is broken: each has what the request needs, made before. */
export interface Cast {
  newcomer: string
  pending: { email: string; token: string; code: string }
  forgetful: string
  resetting: { email: string; token: string }
  changing: Person
  signingIn: string
  signedIn: Person
  leaving: Person
  leavingAll: Person
}

export const newPassword = passwordNumber(1)

export async function newCast(): Promise<Cast> {
  const [pending, forgetful, signingIn] = await Promise.all([
    newPending(),
    preparedAccount(),
    preparedAccount(),
  ])
  const [changing, signedIn, leaving, leavingAll] = await Promise.all([
    preparedPerson(),
    preparedPerson(),
    preparedPerson(),
    preparedPerson(),
  ])
  const resetter = await preparedAccount()
  const resetting = { email: resetter, token: await resetToken(resetter) }
  const newcomer = randomEmail()
  return {
    newcomer,
    pending,
    forgetful,
    resetting,
    changing,
    signingIn,
    signedIn,
    leaving,
    leavingAll,
  }
}

/** What each of them asks for, by name. Every deed needs the database. */
export function deedsOf(cast: Cast, worker = site().workers[0]) {
  const { changing, leaving, leavingAll, resetting } = cast
  const post = (path: string, body: object, token?: string) =>
    unlessBusy(() => call(worker, `/api/v1/auth/${path}`, body, token ? { token } : {}))
  const change = { current_password: password, new_password: newPassword }
  return {
    register: () => register(cast.newcomer, {}, worker),
    verify: () => verify({ token: cast.pending.token }, worker),
    resend: () => post('verify-email/resend', { email: cast.pending.email }),
    forgot: () => post('forgot-password', { email: cast.forgetful }),
    reset: () => post('reset-password', { token: resetting.token, password: newPassword }),
    change: () =>
      unlessBusy(() =>
        call(worker, '/api/v1/auth/change-password', change, {
          method: 'PUT',
          token: changing.access_token,
        }),
      ),
    signIn: () => signIn(cast.signingIn, { worker }) as Promise<Answer<unknown>>,
    refresh: () => refresh(cast.signedIn.refresh_token, worker) as Promise<Answer<unknown>>,
    me: () => me(cast.signedIn.access_token, worker) as Promise<Answer<unknown>>,
    sessions: () =>
      call(worker, '/api/v1/auth/sessions', undefined, { token: cast.signedIn.access_token }),
    logout: () => post('logout', {}, leaving.access_token),
    logoutAll: () => post('logout-all', {}, leavingAll.access_token),
    revocations: () => call(worker, '/.well-known/revocations'),
    ready: () => call(worker, '/readyz'),
  } satisfies Record<string, () => Promise<Answer<unknown>>>
}

export interface Timed {
  deed: string
  answer: Answer<unknown>
  milliseconds: number
}

/** All deeds at once, each with the time that it took. */
export function doAll(deeds: Record<string, () => Promise<Answer<unknown>>>): Promise<Timed[]> {
  return Promise.all(
    Object.entries(deeds).map(async ([deed, run]) => {
      const started = performance.now()
      const answer = await run()
      return { deed, answer, milliseconds: performance.now() - started }
    }),
  )
}

/** By deed, what was answered: `503 UNAVAILABLE`, `200`. */
export function outcomes(results: readonly Timed[]): Record<string, string> {
  return Object.fromEntries(
    results.map(({ deed, answer: { status, code } }) => [deed, `${status} ${code ?? ''}`.trim()]),
  )
}

/** The same outcome for every deed. */
export function everyDeed(deeds: object, outcome: string): Record<string, string> {
  return Object.fromEntries(Object.keys(deeds).map((deed) => [deed, outcome]))
}
