import type { Errors } from '../forms/use-sending.ts'

/** What is wrong with a field, or with something in it; of a list, with which line. */
export function errorWithin(errors: Errors, name: string): string | undefined {
  const field = Object.keys(errors).find((each) => each === name || each.startsWith(`${name}.`))
  if (field === undefined) return undefined
  const line = /^\d+$/.exec(field.slice(name.length + 1).split('.')[0] ?? '')
  return line ? `${Number(line[0]) + 1}: ${errors[field]}` : errors[field]
}
