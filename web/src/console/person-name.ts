import type { User } from 'gatehouse-client'
import { sayConsole } from './words.ts'

type Named = Pick<User, 'first_name' | 'last_name' | 'email' | 'phone_e164'>

/** What an account is called: by its own name where it has one. */
export function nameOf(user: Named): string {
  const name = [user.first_name, user.last_name].filter(Boolean).join(' ')
  return name || user.email || user.phone_e164 || sayConsole('nameless')
}
