import type { TenantSettings } from 'gatehouse-client'
import type { Errors } from '../../forms/use-sending.ts'
import { errorWithin } from '../error-within.ts'
import type { Key } from './groups.ts'

type Inside = Record<string, unknown>

/** What stands at a path such as `branding.name`. */
export function valueAt(settings: TenantSettings, path: string): unknown {
  const [key = '', name] = path.split('.')
  const value = (settings as Inside)[key]
  return name ? (value as Inside | null | undefined)?.[name] : value
}

/** The same settings with another value there. */
export function withValue(settings: TenantSettings, path: string, value: unknown): TenantSettings {
  const [key = '', name] = path.split('.')
  const whole = (settings as Inside)[key] as Inside | null | undefined
  return { ...settings, [key]: name ? { ...whole, [name]: value } : value }
}

/** Of some settings, those that are not as they were read. */
export function changesOf(
  before: TenantSettings,
  after: TenantSettings,
  keys: readonly Key[],
): TenantSettings {
  const changed = keys.filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]))
  return Object.fromEntries(changed.map((key) => [key, after[key]]))
}

/** What is wrong with what stands at a path, or within it. */
export function errorAt(errors: Errors, path: string): string | undefined {
  return errorWithin(errors, `settings.${path}`)
}
