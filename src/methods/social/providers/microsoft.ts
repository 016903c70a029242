import type { SocialConfig } from '../../../config.ts'
import { type Claims, invalid, readsIdTokens } from '../id-token.ts'
import { emailOf, namesOf } from '../person.ts'
import { addressOf, type Person, type Provider } from '../provider.ts'

const home = 'https://login.microsoftonline.com'
const directoryId = '[\\da-f]{8}(?:-[\\da-f]{4}){3}-[\\da-f]{12}'
/** The directory of all personal accounts. */
const personal = '9188040d-6c67-4c5b-b112-36a304b66dad'

/**
 * Each directory is an issuer of its own. Which ones are taken is the operator's word: one, those of organisations,
 * that of personal accounts, or all (`common`).
 */
function isIssuer(config: SocialConfig, iss: string): boolean {
  const base = addressOf(config, 'microsoft', home)
  if (!iss.startsWith(`${base}/`)) return false
  const id = new RegExp(`^(${directoryId})/v2\\.0$`).exec(iss.slice(base.length + 1))?.[1]
  const wanted = config.microsoft?.directory
  if (!id || !wanted) return false
  if (wanted === 'common') return true
  if (wanted === 'organizations') return id !== personal
  return id === (wanted === 'consumers' ? personal : wanted)
}

const issuer = {
  name: 'microsoft',
  keys: `${home}/common/discovery/v2.0/keys`,
  clients: ({ microsoft }: SocialConfig) => microsoft?.ids ?? null,
  isIssuer,
} as const

/** https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc */
export const microsoft: Provider = {
  name: 'microsoft',
  authorize: `${home}/{directory}/oauth2/v2.0/authorize`,
  token: `${home}/{directory}/oauth2/v2.0/token`,
  scopes: ['openid', 'email', 'profile'],
  parameters: { prompt: 'select_account' },
  formPost: false,
  clients: issuer.clients,
  secret: async ({ config }) => config.social.microsoft?.secret ?? '',
  isIssuer,
  ...readsIdTokens(issuer, toPerson),
}

function toPerson(claims: Claims): Person {
  if (typeof claims.tid !== 'string' || !claims.iss.endsWith(`/${claims.tid}/v2.0`)) {
    throw invalid('tid')
  }
  return {
    provider: 'microsoft',
    // Unique within its directory only.
    subject: `${claims.tid}.${claims.sub}`,
    email: emailOf(claims.email),
    emailVerified: ownsDomain(claims.xms_edov),
    ...namesOf(claims.given_name, claims.family_name, claims.name),
  }
}

/**
 * The administrator of any directory may write any address into `email`; who trusted it let strangers into accounts
 * (published in 2023 as nOAuth). This optional claim says that the domain of the address belongs to the directory.
 */
function ownsDomain(claim: unknown): boolean {
  return claim === true || claim === 1 || claim === '1' || claim === 'true'
}
