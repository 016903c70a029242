import { type Config, readConfig } from '../../src/config.ts'

let config: Config | null = null

/** Read once, as the product does: an environment never changes. */
export function configOf(env: Env): Config {
  config ??= readConfig({ ...env }).config
  if (!config) throw new Error('misconfigured')
  return config
}
