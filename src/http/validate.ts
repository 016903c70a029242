import type { Hook } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { z } from 'zod'
import { AuthError, type FieldError, fieldError, printableKey } from '../errors.ts'
import { isWanted } from '../wanted.ts'
import { sentBody } from './body.ts'
import type { HttpEnv } from './environment.ts'

/** Met by every route whose input does not fit its schema: all fields at once, each with its own code. */
export const refuseInvalid: Hook<unknown, HttpEnv, string, unknown> = (result) => {
  if (result.success) return
  // The validator hands the raw input on, beyond what its type says.
  throw invalid(result.error.issues, 'data' in result ? result.data : undefined)
}

function invalid(issues: readonly Issue[], input: unknown): AuthError {
  const errors = fieldErrors(issues, input).slice(0, mostErrors)
  return new AuthError('VALIDATION_FAILED', { errors })
}

/** The body as its schema has it, without the layers that a validator of the router is. Refuses as they do. */
export function validBody<T>(c: Context<HttpEnv>, schema: z.ZodType<T>): T {
  const input = sentBody(c)
  const result = schema.safeParse(input)
  if (result.success) return result.data
  throw invalid(result.error.issues, input)
}

/** No form has more fields: a body of thousands of unknown keys gets no answer of thousands. */
export const mostErrors = 50

type Issue = z.core.$ZodIssue

export function fieldErrors(issues: readonly Issue[], input: unknown): FieldError[] {
  return issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownField(issue, key))
    // Without errors where a key says the shape, and says none that there is: the issue is that key's.
    if (issue.code === 'invalid_union' && issue.errors.length > 0)
      return fieldErrors(nearest(issue), input)
    const [code, message] = wordsFor(issue, input)
    const said = code !== 'REQUIRED' && isWanted(issue.message) ? issue.message : message
    return [fieldError(issue.path.join('.') || 'body', code, said)]
  })
}

function unknownField({ path }: Issue, key: string): FieldError {
  const field = printableKey([...path, key].join('.'))
  return fieldError(field, 'UNKNOWN_FIELD', 'This field is not known here.')
}

/** Of several accepted shapes, the one that was most likely meant: one of the right type, with the fewest faults. */
function nearest({ errors, path }: z.core.$ZodIssueInvalidUnion): readonly Issue[] {
  const foreign = (issues: readonly Issue[]) =>
    issues.some((issue) => issue.path.length === 0 && issue.code !== 'unrecognized_keys') ? 1 : 0
  const [likeliest = []] = [...errors].sort(
    (left, right) => foreign(left) - foreign(right) || left.length - right.length,
  )
  return likeliest.map((issue) => ({ ...issue, path: [...path, ...issue.path] }))
}

/** What is wanted, by the name that the validator has for a shape. */
const shapes: Readonly<Record<string, string>> = {
  datetime: 'A moment with its offset, such as 2026-01-31T09:30:00Z.',
  date: 'A day, such as 2026-01-31.',
  uuid: 'A UUID.',
}

/** So many are read at a glance. */
const fewValues = 12

function valuesWords(values: readonly unknown[]): string {
  if (values.length > fewValues) return 'One of the values that /docs lists for this field.'
  return `One of: ${values.join(', ')}.`
}

function wordsFor(issue: Issue, input: unknown): [string, string] {
  if (issue.code === 'invalid_type') return typeWords(valueAt(input, issue.path), issue.expected)
  // Of a list of words, whatever is no text is of the wrong type.
  if (issue.code === 'invalid_value' && typeof valueAt(input, issue.path) !== 'string') {
    return typeWords(valueAt(input, issue.path), 'string')
  }
  if (issue.code === 'too_small') {
    return ['TOO_SHORT', `At least ${counted(issue.minimum, issue.origin)}.`]
  }
  if (issue.code === 'too_big') {
    return ['TOO_LONG', `At most ${counted(issue.maximum, issue.origin)}.`]
  }
  if (issue.code === 'custom' && typeof issue.params?.code === 'string') {
    return [issue.params.code, issue.message]
  }
  if (issue.code === 'invalid_value') return ['INVALID_VALUE', valuesWords(issue.values)]
  const shape = issue.code === 'invalid_format' ? shapes[issue.format] : undefined
  return ['INVALID_VALUE', shape ?? 'This value is not acceptable.']
}

/** What a bound counts, by what it is a bound of; of a number, itself. */
const units: Readonly<Record<string, readonly [one: string, many: string]>> = {
  string: [' character', ' characters'],
  array: [' entry', ' entries'],
}

function counted(bound: number | bigint, origin: string): string {
  const [one, many] = units[origin] ?? ['', '']
  return `${bound}${bound === 1 ? one : many}`
}

function typeWords(value: unknown, expected: string): [string, string] {
  if (value === undefined) return ['REQUIRED', 'This field is required.']
  // Of a query: the parameter was given more than once.
  if (Array.isArray(value))
    return ['INVALID_TYPE', `This field must be one ${expected}, not several.`]
  return ['INVALID_TYPE', `This field must be of type ${expected}.`]
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => {
    const inside = typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    return inside ? (value as Record<PropertyKey, unknown>)[key] : undefined
  }, input)
}
