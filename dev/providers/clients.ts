import { createPrivateKey, createPublicKey } from 'node:crypto'
import { jwtVerify } from 'jose'
import type { ProviderName } from './people.ts'

/** The clients that the Worker's configuration names: a stand-in that took any would hide a mistake there. */
export interface Clients {
  knows(provider: ProviderName, client: string): boolean
  isSecret(provider: ProviderName, client: string, secret: string): Promise<boolean>
}

export function clientsOf(variables: Record<string, string>): Clients {
  const value = (name: string) => variables[name] ?? ''
  const ids: Record<ProviderName, string[]> = {
    google: value('GOOGLE_CLIENT_IDS').split(','),
    facebook: [value('FACEBOOK_CLIENT_ID')],
    apple: value('APPLE_CLIENT_IDS').split(','),
    github: [value('GITHUB_CLIENT_ID')],
    microsoft: value('MICROSOFT_CLIENT_IDS').split(','),
  }
  return {
    knows: (provider, client) => client !== '' && ids[provider].includes(client),
    isSecret: async (provider, client, secret) =>
      provider === 'apple'
        ? isApples(variables, client, secret)
        : secret !== '' && secret === value(`${provider.toUpperCase()}_CLIENT_SECRET`),
  }
}

/** What Apple asks of a client secret: ES256, our key's id, team, client, itself as audience, six months at most. */
async function isApples(
  variables: Record<string, string>,
  client: string,
  secret: string,
): Promise<boolean> {
  const der = Buffer.from(variables.APPLE_PRIVATE_KEY ?? '', 'base64')
  try {
    const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
    const { protectedHeader, payload } = await jwtVerify(secret, createPublicKey(key), {
      algorithms: ['ES256'],
      issuer: variables.APPLE_TEAM_ID ?? '',
      subject: client,
      audience: 'https://appleid.apple.com',
      requiredClaims: ['iat', 'exp'],
    })
    const life = (payload.exp ?? 0) - (payload.iat ?? 0)
    return protectedHeader.kid === variables.APPLE_KEY_ID && life <= 15_777_000
  } catch {
    return false
  }
}
