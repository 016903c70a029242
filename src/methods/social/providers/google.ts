import type { SocialConfig } from '../../../config.ts'
import { type Claims, readsIdTokens } from '../id-token.ts'
import { emailOf, namesOf } from '../person.ts'
import { addressOf, type Person, type Provider } from '../provider.ts'

const issuer = {
  name: 'google',
  keys: 'https://www.googleapis.com/oauth2/v3/certs',
  clients: ({ google }: SocialConfig) => google?.ids ?? null,
  isIssuer: (config: SocialConfig, iss: string) =>
    iss === addressOf(config, 'google', 'https://accounts.google.com'),
} as const

/** https://developers.google.com/identity/openid-connect/openid-connect */
export const google: Provider = {
  name: 'google',
  authorize: 'https://accounts.google.com/o/oauth2/v2/auth',
  token: 'https://oauth2.googleapis.com/token',
  scopes: ['openid', 'email', 'profile'],
  parameters: { prompt: 'select_account' },
  formPost: false,
  clients: issuer.clients,
  secret: async ({ config }) => config.social.google?.secret ?? '',
  isIssuer: issuer.isIssuer,
  ...readsIdTokens(issuer, toPerson),
}

function toPerson(claims: Claims): Person {
  return {
    provider: 'google',
    subject: claims.sub,
    email: emailOf(claims.email),
    emailVerified: claims.email_verified === true,
    ...namesOf(claims.given_name, claims.family_name, claims.name),
  }
}
