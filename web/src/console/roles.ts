import { sayConsole } from './words.ts'

export type Role = 'owner' | 'admin' | 'member'

/** The highest first. */
const roles = ['owner', 'admin', 'member'] as const

/** An account has every role below its highest; that one counts. */
export function roleOf(held: readonly string[]): Role {
  return roles.find((role) => held.includes(role)) ?? 'member'
}

/** What somebody of these roles may give: only owners make owners. */
export function rolesToGive(held: readonly string[] = []): typeof roleOptions {
  return roleOptions.filter(({ value }) => value !== 'owner' || held.includes('owner'))
}

export const roleOptions = roles.map((value) => ({ value, label: sayConsole(value) }))
