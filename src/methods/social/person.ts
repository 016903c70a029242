import { parseEmailAddress } from '../../accounts/fields/email-address.ts'
import { parsePersonName } from '../../accounts/fields/person-name.ts'
import type { Names } from './provider.ts'

/** An address as accounts know it, or null: what a provider sends is read like what a person types. */
export function emailOf(value: unknown): string | null {
  return typeof value === 'string' ? (parseEmailAddress(value)?.address ?? null) : null
}

/** Names in parts, or one that is parted at its last blank. What is no name is left out: nobody is refused for it. */
export function namesOf(first: unknown, last: unknown, whole?: unknown): Names {
  const names = { firstName: nameOf(first), lastName: nameOf(last) }
  if (names.firstName || names.lastName || typeof whole !== 'string') return names
  const parts = /^(.*\S)\s+(\S+)$/.exec(whole.trim())
  return parts
    ? { firstName: nameOf(parts[1]), lastName: nameOf(parts[2]) }
    : { firstName: nameOf(whole), lastName: null }
}

function nameOf(value: unknown): string | null {
  return typeof value === 'string' ? parsePersonName(value) : null
}
