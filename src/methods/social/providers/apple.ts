import { importPKCS8, SignJWT } from 'jose'
import type { SocialConfig } from '../../../config.ts'
import { AuthError } from '../../../errors.ts'
import { social as policy } from '../../../policy.ts'
import { type Claims, readsIdTokens } from '../id-token.ts'
import { emailOf, namesOf } from '../person.ts'
import {
  addressOf,
  type Names,
  type Person,
  type Provider,
  type ProviderPorts,
} from '../provider.ts'

const home = 'https://appleid.apple.com'

const issuer = {
  name: 'apple',
  keys: `${home}/auth/keys`,
  clients: ({ apple }: SocialConfig) => apple?.ids ?? null,
  isIssuer: (config: SocialConfig, iss: string) => iss === addressOf(config, 'apple', home),
} as const

/** https://developer.apple.com/documentation/signinwithapplerestapi */
export const apple: Provider = {
  name: 'apple',
  authorize: `${home}/auth/authorize`,
  token: `${home}/auth/token`,
  scopes: ['name', 'email'],
  // Apple gives name and address by this mode only.
  parameters: { response_mode: 'form_post' },
  formPost: true,
  clients: issuer.clients,
  secret: clientSecret,
  isIssuer: issuer.isIssuer,
  ...readsIdTokens(issuer, toPerson),
}

function toPerson(claims: Claims): Person {
  return {
    provider: 'apple',
    subject: claims.sub,
    email: emailOf(claims.email),
    // Apple sends either spelling.
    emailVerified: claims.email_verified === true || claims.email_verified === 'true',
    firstName: null,
    lastName: null,
  }
}

/**
 * The name in the form of the first sign-in. It comes through the browser, signed by nobody: so it may name the person,
 * and its address is not looked at.
 */
export function appleNames(user: string | undefined): Names {
  try {
    const { name } = JSON.parse(user ?? '{}')
    return namesOf(name?.firstName, name?.lastName)
  } catch {
    return namesOf(null, null)
  }
}

/** Apple knows no fixed secret: each request brings a token that our key has signed. */
async function clientSecret({ clock, config }: ProviderPorts): Promise<string> {
  const client = config.social.apple
  if (!client) return ''
  const now = Math.floor(clock.now() / 1000)
  try {
    const pem = `-----BEGIN PRIVATE KEY-----\n${client.privateKey}\n-----END PRIVATE KEY-----`
    return await new SignJWT()
      .setProtectedHeader({ alg: 'ES256', kid: client.keyId })
      .setIssuer(client.teamId)
      .setSubject(client.ids[0])
      .setAudience(home)
      .setIssuedAt(now)
      .setExpirationTime(now + policy.clientSecretLife)
      .sign(await importPKCS8(pem, 'ES256'))
  } catch {
    throw new AuthError('MISCONFIGURED', { retryAfter: 60, reason: 'APPLE_PRIVATE_KEY' })
  }
}
