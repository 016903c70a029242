import { compareVersions, validateStrict } from 'compare-versions'
import { appVersions as policy } from '../policy.ts'

/**
 * A version as SemVer 2.0 has it, or null. Stores also know `1.3` and `v1.3.0`: both are `1.3.0`.
 * The library alone would take ranges and wildcards too, and `1.x` is every version.
 */
export function parseVersion(text: string): string | null {
  const [, core, rest = ''] = /^v?(\d+(?:\.\d+)*)([-+].*)?$/.exec(text.trim()) ?? []
  if (!core || text.length > policy.versionLength) return null
  const numbers = core.split('.')
  const whole = [...numbers, '0', '0'].slice(0, Math.max(3, numbers.length)).join('.') + rest
  return validateStrict(whole) ? whole : null
}

/** Whether one version comes before another (SemVer §11): `1.2.0-rc.1` before `1.2.0`. Both parsed. */
export function isBefore(version: string, other: string): boolean {
  return compareVersions(version, other) < 0
}

/** Whether a blocked entry means this version. An entry without build (`+45`) means all of them. Both parsed. */
export function isMeant(entry: string, version: string): boolean {
  return entry === version || entry === version.split('+', 1)[0]
}
