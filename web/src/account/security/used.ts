import { when } from '../../ui/when.ts'
import { saySecurity } from './words.ts'

/** When something was added, and when it last served. */
export function used(made: { created_at: string; last_used_at: string | null }): string {
  const added = saySecurity('added', when(made.created_at))
  return made.last_used_at
    ? `${added} · ${saySecurity('lastUsed', when(made.last_used_at))}`
    : added
}
