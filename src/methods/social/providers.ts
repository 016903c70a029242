import type { SocialConfig } from '../../config.ts'
import { addressOf, type Provider, type ProviderName } from './provider.ts'
import { apple } from './providers/apple.ts'
import { facebook } from './providers/facebook.ts'
import { github } from './providers/github.ts'
import { google } from './providers/google.ts'
import { microsoft } from './providers/microsoft.ts'

/** Every provider by its name in a path. */
export const providers: Readonly<Record<ProviderName, Provider>> = {
  google,
  facebook,
  apple,
  github,
  microsoft,
}

/** The provider's address with what the operator's configuration says about it. */
export function endpointOf(config: SocialConfig, { name }: Provider, url: string): string {
  const directory = config.microsoft?.directory ?? 'common'
  return addressOf(config, name, url.replace('{directory}', directory))
}
