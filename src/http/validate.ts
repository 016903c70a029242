import type { Hook } from '@hono/zod-openapi'
import { z } from 'zod'
import { AuthError, type FieldError, fieldError } from '../errors.ts'
import type { HttpEnv } from './environment.ts'

/** Met by every route whose input does not fit its schema: all fields at once, each with its own code. */
export const refuseInvalid: Hook<unknown, HttpEnv, string, unknown> = (result) => {
  if (!result.success)
    throw new AuthError('VALIDATION_FAILED', { errors: fieldErrors(result.error.issues) })
}

type Issue = z.core.$ZodIssue

export function fieldErrors(issues: readonly Issue[]): FieldError[] {
  return issues.flatMap((issue) => {
    const field = issue.path.join('.') || 'body'
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) =>
        fieldError(
          printable([...issue.path, key].join('.')),
          'UNKNOWN_FIELD',
          'This field is not known here.',
        ),
      )
    }
    const [code, message] = wordsFor(issue)
    return [fieldError(field, code, message)]
  })
}

function wordsFor(issue: Issue): [string, string] {
  if (issue.code === 'invalid_type') {
    return issue.input === undefined
      ? ['REQUIRED', 'This field is required.']
      : ['INVALID_TYPE', `This field must be of type ${issue.expected}.`]
  }
  if (issue.code === 'too_small') return ['TOO_SHORT', `At least ${issue.minimum}.`]
  if (issue.code === 'too_big') return ['TOO_LONG', `At most ${issue.maximum}.`]
  if (issue.code === 'custom' && typeof issue.params?.code === 'string') {
    return [issue.params.code, issue.message]
  }
  return ['INVALID_VALUE', 'This value is not acceptable.']
}

/** A client's own key comes back to it, but bounded and as text without surprises. */
function printable(key: string): string {
  return key.toWellFormed().replace(/\p{C}/gu, '').slice(0, 64)
}

/** A string that the database and the hash can take as it is: no NUL, no half of a surrogate pair. */
export function text(maxLength: number) {
  return z
    .string()
    .max(maxLength)
    .refine((value) => value.isWellFormed() && !value.includes('\0'), {
      message: 'This text has characters that are not acceptable.',
      params: { code: 'INVALID_CHARACTERS' },
    })
}
