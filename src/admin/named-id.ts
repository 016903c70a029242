import { z } from 'zod'
import { AuthError } from '../errors.ts'

/** The id in a path. What is no id names nothing: throws `NOT_FOUND`. */
export function namedId({ id }: { id: string }): string {
  const read = z.uuid().safeParse(id)
  if (!read.success) throw new AuthError('NOT_FOUND')
  return read.data
}
