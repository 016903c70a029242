import type { OAuth2Tokens } from 'arctic'
import type { SocialConfig } from '../../config.ts'
import type { Ports } from '../../ports.ts'

export const providerNames = ['google', 'facebook', 'apple', 'github', 'microsoft'] as const

export type ProviderName = (typeof providerNames)[number]

/** Who a provider says has signed in. */
export interface Person {
  provider: ProviderName
  /** The provider's name for the person: unique there, and never given to another. */
  subject: string
  /** Normalised; null where there is none. */
  email: string | null
  /** The provider says that the person receives mail there. Nothing else makes it true. */
  emailVerified: boolean
  firstName: string | null
  lastName: string | null
}

/** What a mobile app got from the provider's own software. */
export type NativeProof =
  | { kind: 'id_token'; token: string; nonce: string; names: Names }
  | { kind: 'access_token'; token: string }

export interface Names {
  firstName: string | null
  lastName: string | null
}

export type ProviderPorts = Pick<Ports, 'clock' | 'config' | 'egress'>

/** One provider: its addresses, what it is asked for, and how its answers are read. */
export interface Provider {
  name: ProviderName
  authorize: string
  token: string
  scopes: readonly string[]
  /** Further parameters of the first request. */
  parameters: Readonly<Record<string, string>>
  /** Apple posts its answer from its own site: only a cookie for all sites comes with that. */
  formPost: boolean
  /** The first client is the website, the others are apps; null where the provider is off. */
  clients(config: SocialConfig): readonly [string, ...string[]] | null
  secret(ports: ProviderPorts): Promise<string>
  /** Whether an `iss` beside the code (RFC 9207) is this provider. */
  isIssuer(config: SocialConfig, issuer: string): boolean
  /** Throws `PROVIDER_TOKEN_INVALID`, `PROVIDER_UNAVAILABLE`. */
  person(ports: ProviderPorts, tokens: OAuth2Tokens, nonce: string): Promise<Person>
  /** The same for what a mobile app brings. `clients`: the apps of which an ID token is taken. */
  nativePerson(
    ports: ProviderPorts,
    proof: NativeProof,
    clients: readonly string[],
  ): Promise<NativePerson>
}

export interface NativePerson {
  person: Person
  /** The apps that the token names; none where the provider was asked whether it is the operator's. */
  apps: readonly string[]
}

/** Where an address of a provider is: its own, or below the stand-in. */
export function addressOf({ endpoint }: SocialConfig, name: ProviderName, url: string): string {
  if (!endpoint) return url
  return `${endpoint}/${name}${new URL(url).pathname}`.replace(/\/$/, '')
}
