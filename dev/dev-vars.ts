import { existsSync, readFileSync } from 'node:fs'
import { PLACEHOLDER, parseEnvText, setVariable, writePrivately } from './env-file.ts'
import { fillKeys } from './keys.ts'

/**
 * Make .dev.vars from its example, or give an older one the keys that have come since. Other
 * settings that are missing there were left out on purpose, and stay out.
 */
export function prepareDevVars(example: string, target: string): Record<string, string> {
  const wanted = readFileSync(example, 'utf8')
  const before = existsSync(target) ? readFileSync(target, 'utf8') : wanted
  const present = parseEnvText(before)
  const missing = Object.entries(parseEnvText(wanted))
    .filter(([name, value]) => value === PLACEHOLDER && !(name in present))
    .map(([name]) => name)
  const complete = missing.reduce((text, name) => setVariable(text, name, PLACEHOLDER), before)
  const { text } = fillKeys(complete)
  if (!existsSync(target) || text !== before) writePrivately(target, text)
  return parseEnvText(text)
}
