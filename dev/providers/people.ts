import { createHash } from 'node:crypto'

export const providerNames = ['google', 'facebook', 'apple', 'github', 'microsoft'] as const
export type ProviderName = (typeof providerNames)[number]

/** Who signs in, as the form of the page says. */
export interface Person {
  email: string
  email_verified: boolean
  name: string
  sub: string
}

/** The one directory of the stand-in for Microsoft. */
export const DIRECTORY = '11111111-2222-4333-8444-555555555555'

export function readPerson(provider: ProviderName, fields: URLSearchParams): Person {
  const email = fields.get('email')?.trim() ?? ''
  const sub = fields.get('sub')?.trim() || `${provider}-${digest(email)}`
  const verified = /^(on|true|1)$/.test(fields.get('email_verified') ?? '')
  return { email, email_verified: verified, name: fields.get('name')?.trim() ?? '', sub }
}

/** Facebook and GitHub number their people. */
export function numberOf({ sub }: Person): number {
  return /^\d{1,15}$/.test(sub) ? Number(sub) : Number.parseInt(digest(sub), 16)
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12)
}

/** What an ID token says, each provider in its own words. */
export function claimsOf(provider: ProviderName, person: Person, base: string) {
  const [first, ...rest] = person.name.split(' ')
  const names = { name: person.name, given_name: first, family_name: rest.join(' ') || undefined }
  const email = person.email || undefined
  const common = { sub: person.sub, email }
  if (provider === 'apple') {
    return { ...common, iss: `${base}/apple`, email_verified: String(person.email_verified) }
  }
  if (provider === 'microsoft') {
    const iss = `${base}/microsoft/${DIRECTORY}/v2.0`
    return { ...common, ...names, iss, tid: DIRECTORY, xms_edov: person.email_verified }
  }
  return { ...common, ...names, iss: `${base}/google`, email_verified: person.email_verified }
}
