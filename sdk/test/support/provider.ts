import { randomInt } from 'node:crypto'
import { inject } from 'vitest'
import { anywhere, randomEmail } from './person.ts'

/** An address that the default tenant has listed. */
export const redirectTo = 'http://localhost:3000/auth/callback'

/** What a browser does between leaving an app for a provider and coming back: the address that it comes back to. */
export async function throughProvider(start: string, email = randomEmail()): Promise<string> {
  const begun = await anywhere(start, { redirect: 'manual' })
  const cookie = begun.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const approved = await fetch(begun.headers.get('location') ?? '', {
    method: 'POST',
    body: new URLSearchParams({
      email,
      email_verified: 'on',
      name: 'Ann Example',
      sub: String(randomInt(2 ** 40)),
    }),
    redirect: 'manual',
  })
  const { pathname, search } = new URL(approved.headers.get('location') ?? '')
  const back = await anywhere(`${inject('service').url}${pathname}${search}`, {
    headers: { Cookie: cookie },
    redirect: 'manual',
  })
  return back.headers.get('location') ?? ''
}
