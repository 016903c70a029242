import type { ProviderClient } from '../../../config.ts'
import { hmac, toHex, utf8 } from '../../../tokens/encoding.ts'
import { ask, type Json } from '../ask.ts'
import { invalid, read } from '../id-token.ts'
import { emailOf, namesOf } from '../person.ts'
import { addressOf, type Person, type Provider, type ProviderPorts } from '../provider.ts'

const graph = 'https://graph.facebook.com/v25.0'

/** https://developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow */
export const facebook: Provider = {
  name: 'facebook',
  authorize: 'https://www.facebook.com/v25.0/dialog/oauth',
  token: `${graph}/oauth/access_token`,
  scopes: ['public_profile', 'email'],
  parameters: {},
  formPost: false,
  clients: ({ facebook }) => facebook?.ids ?? null,
  secret: async ({ config }) => config.social.facebook?.secret ?? '',
  isIssuer: (config, iss) => iss === addressOf(config, 'facebook', 'https://www.facebook.com'),
  person: (ports, tokens) =>
    profile(
      ports,
      clientOf(ports),
      read(() => tokens.accessToken()),
    ),
  async nativePerson(ports, proof) {
    if (proof.kind !== 'access_token') throw invalid('kind')
    const client = clientOf(ports)
    const subject = await ownerOfOurs(ports, client, proof.token)
    const person = await profile(ports, client, proof.token)
    if (person.subject !== subject) throw invalid('user_id')
    return { person, apps: [] }
  },
}

function clientOf({ config }: ProviderPorts): ProviderClient {
  if (!config.social.facebook) throw invalid('client')
  return config.social.facebook
}

/** A token that another app got from its users opens nothing here: Facebook says for which app it was made. */
async function ownerOfOurs(
  ports: ProviderPorts,
  { ids: [id], secret }: ProviderClient,
  token: string,
): Promise<string> {
  const address = new URL(addressOf(ports.config.social, 'facebook', `${graph}/debug_token`))
  address.searchParams.set('input_token', token)
  const headers = { authorization: `Bearer ${id}|${secret}` }
  const { data } = await ask<{ data?: Json }>(
    ports,
    address.href,
    { headers },
    'PROVIDER_TOKEN_INVALID',
  )
  if (data?.is_valid !== true || data.app_id !== id) throw invalid('app_id')
  if (typeof data.user_id !== 'string') throw invalid('user_id')
  return data.user_id
}

async function profile(
  ports: ProviderPorts,
  { secret }: ProviderClient,
  token: string,
): Promise<Person> {
  const address = new URL(addressOf(ports.config.social, 'facebook', `${graph}/me`))
  address.searchParams.set('fields', 'id,first_name,last_name,name,email')
  address.searchParams.set('appsecret_proof', await proofOf(token, secret))
  const headers = { authorization: `Bearer ${token}` }
  const me = await ask(ports, address.href, { headers }, 'PROVIDER_TOKEN_INVALID')
  if (typeof me.id !== 'string' || !/^\d{1,32}$/.test(me.id)) throw invalid('id')
  const email = emailOf(me.email)
  return {
    provider: 'facebook',
    subject: me.id,
    email,
    // Facebook leaves out an address that its owner has not confirmed, and has no other word for it.
    emailVerified: email !== null,
    ...namesOf(me.first_name, me.last_name, me.name),
  }
}

/** Shows that the token is used by a server of the app, not by who found it. */
async function proofOf(token: string, secret: string): Promise<string> {
  return toHex(await hmac(utf8(secret), utf8(token)))
}
