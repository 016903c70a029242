import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { parseEnv } from 'node:util'

/** What stands in an example file where a fresh key belongs. */
export const PLACEHOLDER = 'generate'

export function parseEnvText(text: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parseEnv(text)).filter((entry): entry is [string, string] => entry[1] != null),
  )
}

export function readEnvFile(path: string): Record<string, string> {
  return existsSync(path) ? parseEnvText(readFileSync(path, 'utf8')) : {}
}

/** The text with one variable set anew in its place, or added at the end; comments stay. */
export function setVariable(text: string, name: string, value: string): string {
  const line = `${name}=${quote(value)}`
  const existing = new RegExp(`^(?:export\\s+)?${name}\\s*=.*$`, 'm')
  // A function, for `$` in a value is not a pattern of replace().
  if (existing.test(text)) return text.replace(existing, () => line)
  return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${line}\n`
}

function quote(value: string): string {
  if (/['\n]/.test(value))
    throw new Error('A value with a quote or a line break has no place here.')
  return value.includes('"') ? `'${value}'` : `"${value}"`
}

/** Written whole or not at all, and readable by its owner only: it holds keys. */
export function writePrivately(path: string, text: string): void {
  const draft = `${path}.${process.pid}.tmp`
  writeFileSync(draft, text, { mode: 0o600 })
  renameSync(draft, path)
}
