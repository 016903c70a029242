import { AuthError } from '../errors.ts'
import type { PasswordKnowledge, PasswordLists } from '../ports.ts'

/** The path only: the binding asks no host. */
const address = 'https://assets.invalid/lists/passwords.json'
const retryAfter = 5

/** The lists as a static asset of the same deployment, written by `dev/assets.ts`. */
export function passwordListsPort(assets: Fetcher): PasswordLists {
  return {
    async read() {
      try {
        const answer = await assets.fetch(address)
        if (answer.ok) return (await answer.json()) as PasswordKnowledge
      } catch {
        // Not reachable and not readable are one.
      }
      throw new AuthError('UNAVAILABLE', { retryAfter, reason: 'password lists' })
    },
  }
}
