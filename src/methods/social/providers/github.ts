import type { ProviderClient } from '../../../config.ts'
import { ask, type Json } from '../ask.ts'
import { invalid, read } from '../id-token.ts'
import { emailOf, namesOf } from '../person.ts'
import { addressOf, type Person, type Provider, type ProviderPorts } from '../provider.ts'

const api = 'https://api.github.com'
const versions = {
  accept: 'application/vnd.github+json',
  'x-github-api-version': '2022-11-28',
}

/** https://docs.github.com/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps */
export const github: Provider = {
  name: 'github',
  authorize: 'https://github.com/login/oauth/authorize',
  token: 'https://github.com/login/oauth/access_token',
  scopes: ['read:user', 'user:email'],
  parameters: {},
  formPost: false,
  clients: ({ github }) => github?.ids ?? null,
  secret: async ({ config }) => config.social.github?.secret ?? '',
  isIssuer: (config, iss) => iss === addressOf(config, 'github', 'https://github.com/login/oauth'),
  person: (ports, tokens) =>
    profile(
      ports,
      read(() => tokens.accessToken()),
    ),
  async nativePerson(ports, proof) {
    if (proof.kind !== 'access_token') throw invalid('kind')
    const subject = await ownerOfOurs(ports, proof.token)
    const person = await profile(ports, proof.token)
    if (person.subject !== subject) throw invalid('user')
    return { person, apps: [] }
  },
}

function clientOf({ config }: ProviderPorts): ProviderClient {
  if (!config.social.github) throw invalid('client')
  return config.social.github
}

/** GitHub's tokens name no audience: it tells the owner of the app whether one was made for it. */
async function ownerOfOurs(ports: ProviderPorts, token: string): Promise<string> {
  const {
    ids: [id],
    secret,
  } = clientOf(ports)
  const path = `${api}/applications/${encodeURIComponent(id)}/token`
  const request = {
    method: 'POST',
    headers: {
      ...versions,
      'content-type': 'application/json',
      authorization: `Basic ${btoa(`${id}:${secret}`)}`,
    },
    body: JSON.stringify({ access_token: token }),
  } as const
  const address = addressOf(ports.config.social, 'github', path)
  const answer = await ask<{ user?: Json }>(ports, address, request, 'PROVIDER_TOKEN_INVALID')
  return subjectOf(answer.user ?? {})
}

async function profile(ports: ProviderPorts, token: string): Promise<Person> {
  const headers = { ...versions, authorization: `Bearer ${token}` }
  const at = (path: string) => addressOf(ports.config.social, 'github', `${api}${path}`)
  const [user, emails] = await Promise.all([
    ask(ports, at('/user'), { headers }, 'PROVIDER_TOKEN_INVALID'),
    ask<Json[]>(ports, at('/user/emails'), { headers }, 'PROVIDER_TOKEN_INVALID'),
  ])
  const primary = Array.isArray(emails) ? emails.find((each) => each.primary === true) : undefined
  return {
    provider: 'github',
    subject: subjectOf(user),
    email: emailOf(primary?.email),
    emailVerified: primary?.verified === true,
    ...namesOf(null, null, user.name),
  }
}

/** The number, not the login: a login can be given up, and another person takes it. */
function subjectOf({ id }: Json): string {
  if (typeof id !== 'number' || !Number.isSafeInteger(id)) throw invalid('id')
  return String(id)
}
