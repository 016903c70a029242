import type { IncomingMessage, ServerResponse } from 'node:http'
import { OAuth2Issuer } from 'oauth2-mock-server'
import { listenLocally, parseJson, readBody, sendJson } from '../http-server.ts'
import { type Clients, clientsOf } from './clients.ts'
import { type Fault, type Grant, Grants, meet } from './grants.ts'
import { choosePage, homePage, postPage } from './page.ts'
import { claimsOf, numberOf, type ProviderName, providerNames, readPerson } from './people.ts'

export interface Providers {
  url: string
  stop(): Promise<void>
}

interface Call {
  provider: ProviderName
  url: URL
  /** A form, also where the body is JSON: its members as text. */
  form: URLSearchParams
  request: IncomingMessage
  response: ServerResponse
}

type Handler = (call: Call) => Promise<void> | void

/**
 * The five sign-in providers in one server, each below its name and at the paths of the real one. Tokens are signed by
 * oauth2-mock-server; Facebook's and GitHub's shapes, which are not OpenID Connect, are added.
 * @param variables the Worker's: the clients that are known here, and where it is
 */
export async function startProviders({
  port,
  variables,
}: {
  port: number
  variables: Record<string, string>
}): Promise<Providers> {
  const issuers = new Map<ProviderName, OAuth2Issuer>()
  for (const name of providerNames) {
    const issuer = new OAuth2Issuer()
    await issuer.keys.generate('RS256')
    issuers.set(name, issuer)
  }
  const server = await listenLocally(port, (request, response) => {
    route(request, response).catch(() => response.destroy())
  })
  const base = `http://localhost:${server.port}`
  for (const [name, issuer] of issuers) issuer.url = `${base}/${name}`
  const desk = new Desk(base, issuers, clientsOf(variables))

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', base)
    const form = readForm(await readBody(request))
    if (url.pathname === '/') return sendHtml(response, homePage(`${variables.PUBLIC_URL}/login`))
    const [, first = '', ...rest] = url.pathname.split('/')
    const path = rest.join('/').replace(/^applications\/[^/]+/, 'applications/{client}')
    const key = `${request.method} /${path}`
    if (first === 'api') return desk.mint({ provider: 'google', url, form, request, response })
    const provider = providerNames.find((name) => name === first)
    const handler = provider && desk.handlers(provider).find(([path]) => path === key)?.[1]
    if (!provider || !handler) return sendJson(response, 404, { message: 'Not Found' })
    await handler({ provider, url, form, request, response })
  }

  return { url: base, stop: () => server.stop() }
}

function readForm(body: string): URLSearchParams {
  if (!body.startsWith('{')) return new URLSearchParams(body)
  const value = (parseJson(body) ?? {}) as Record<string, unknown>
  const texts = Object.entries(value).map(([name, each]) => [
    name,
    typeof each === 'string' ? each : JSON.stringify(each),
  ])
  return new URLSearchParams(Object.fromEntries(texts))
}

class Desk {
  readonly #grants = new Grants()
  /** Apple tells a name at the first sign-in of a person only. */
  readonly #named = new Set<string>()
  readonly #base: string
  readonly #issuers: Map<ProviderName, OAuth2Issuer>
  readonly #clients: Clients

  constructor(base: string, issuers: Map<ProviderName, OAuth2Issuer>, clients: Clients) {
    this.#base = base
    this.#issuers = issuers
    this.#clients = clients
  }

  handlers(provider: ProviderName): [string, Handler][] {
    const places = {
      google: ['/o/oauth2/v2/auth', '/token', '/oauth2/v3/certs'],
      facebook: ['/v25.0/dialog/oauth', '/v25.0/oauth/access_token', '/keys'],
      apple: ['/auth/authorize', '/auth/token', '/auth/keys'],
      github: ['/login/oauth/authorize', '/login/oauth/access_token', '/keys'],
      microsoft: [
        '/common/oauth2/v2.0/authorize',
        '/common/oauth2/v2.0/token',
        '/common/discovery/v2.0/keys',
      ],
    } as const
    const [authorize, token, keys] = places[provider]
    return [
      [`GET ${authorize}`, (call) => this.#choose(call)],
      [`POST ${authorize}`, (call) => this.#authorize(call)],
      [`POST ${token}`, (call) => this.#token(call)],
      [`GET ${keys}`, (call) => this.#keys(call)],
      ...this.#ownWays(provider),
    ]
  }

  #ownWays(provider: ProviderName): [string, Handler][] {
    if (provider === 'facebook') {
      return [
        ['GET /v25.0/me', (call) => this.#facebookMe(call)],
        ['GET /v25.0/debug_token', (call) => this.#debugToken(call)],
      ]
    }
    if (provider !== 'github') return []
    return [
      ['GET /user', (call) => this.#githubUser(call)],
      ['GET /user/emails', (call) => this.#githubEmails(call)],
      ['POST /applications/{client}/token', (call) => this.#githubCheck(call)],
    ]
  }

  #choose({ provider, url, response }: Call): void {
    if (!this.#clients.knows(provider, url.searchParams.get('client_id') ?? '')) {
      sendJson(response, 400, { error: 'invalid_client' })
      return
    }
    const action = `${url.pathname}${url.search}`
    const cancel = `${action}&cancel=1`
    if (url.searchParams.has('cancel')) {
      answer(response, url, { error: 'access_denied' })
      return
    }
    sendHtml(response, choosePage(provider, action, cancel))
  }

  #authorize({ provider, url, form, response }: Call): void {
    const asked = url.searchParams
    const person = readPerson(provider, form)
    const grant: Grant = {
      provider,
      client: asked.get('client_id') ?? '',
      person,
      redirectUri: asked.get('redirect_uri') ?? '',
      challenge: asked.get('code_challenge_method') === 'S256' ? asked.get('code_challenge') : null,
      nonce: asked.get('nonce'),
      changes: (parseJson(form.get('changes') ?? '{}') ?? {}) as Record<string, unknown>,
      fault: (parseJson(form.get('fault') ?? 'null') ?? null) as Fault | null,
    }
    answer(response, url, { code: this.#grants.code(grant), ...this.#appleUser(grant) })
  }

  #appleUser({ provider, client, person }: Grant): Record<string, string> {
    const key = `${client} ${person.sub}`
    if (provider !== 'apple' || this.#named.has(key)) return {}
    this.#named.add(key)
    const [firstName, ...rest] = person.name.split(' ')
    const user = { name: { firstName, lastName: rest.join(' ') }, email: person.email }
    return { user: JSON.stringify(user) }
  }

  async #token({ provider, form, response }: Call): Promise<void> {
    const field = (name: string) => form.get(name) ?? ''
    const client = field('client_id')
    const refuse = (error: string) =>
      // GitHub says no with 200.
      sendJson(response, provider === 'github' ? 200 : 400, { error, error_description: 'No.' })
    if (!this.#clients.knows(provider, client)) return refuse('invalid_client')
    if (!(await this.#clients.isSecret(provider, client, field('client_secret')))) {
      return refuse('invalid_client')
    }
    const verifier = field('code_verifier')
    const grant = this.#grants.spend(field('code'), field('redirect_uri'), verifier)
    if (grant?.provider !== provider || grant.client !== client) return refuse('invalid_grant')
    const status = await meet(grant, 'token')
    if (status) return sendJson(response, status, { error: 'server_error' })

    const isOpenId = provider !== 'facebook' && provider !== 'github'
    sendJson(response, 200, {
      access_token: this.#grants.token(grant),
      token_type: 'bearer',
      expires_in: 3_600,
      ...(isOpenId ? { id_token: await this.#idToken(grant) } : {}),
    })
  }

  async #idToken({ provider, person, client, nonce, changes }: Grant): Promise<string> {
    const issuer = this.#issuers.get(provider)
    if (!issuer) throw new Error(`${provider} signs nothing`)
    const azp = provider === 'google' ? { azp: client } : {}
    const claims = { ...claimsOf(provider, person, this.#base), aud: client, ...azp, nonce }
    return issuer.buildToken({
      scopesOrTransform: (_header, payload) => {
        Object.assign(payload, claims, changes)
        // A change to null takes the claim away.
        for (const [name, value] of Object.entries(payload))
          if (value === null) delete payload[name]
      },
    })
  }

  #keys({ provider, response }: Call): void {
    sendJson(response, 200, { keys: this.#issuers.get(provider)?.keys.toJSON() ?? [] })
  }

  /** For tests: what a mobile app would get from the provider's own software. */
  async mint({ url, form, response }: Call): Promise<void> {
    const provider = providerNames.find((name) => name === form.get('provider'))
    if (url.pathname !== '/api/tokens' || !provider) {
      return sendJson(response, 404, { message: 'Not Found' })
    }
    const grant: Grant = {
      provider,
      client: form.get('client') ?? '',
      person: readPerson(provider, form),
      redirectUri: '',
      challenge: null,
      nonce: form.get('nonce'),
      changes: (parseJson(form.get('changes') ?? '{}') ?? {}) as Record<string, unknown>,
      fault: (parseJson(form.get('fault') ?? 'null') ?? null) as Fault | null,
    }
    const isOpenId = provider !== 'facebook' && provider !== 'github'
    sendJson(
      response,
      200,
      isOpenId
        ? { id_token: await this.#idToken(grant) }
        : { access_token: this.#grants.token(grant) },
    )
  }

  /** The grant behind a bearer token; answers where there is none, or where a fault was ordered. */
  async #bearer({ provider, request, response }: Call): Promise<Grant | null> {
    const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? ''
    const grant = this.#grants.ofToken(token)
    if (grant?.provider !== provider) {
      sendJson(response, 401, { message: 'Bad credentials' })
      return null
    }
    const status = await meet(grant, 'profile')
    if (status) sendJson(response, status, { message: 'Server Error' })
    return status ? null : grant
  }

  async #facebookMe(call: Call): Promise<void> {
    const grant = await this.#bearer(call)
    if (!grant) return
    const { person } = grant
    if (!call.url.searchParams.get('appsecret_proof')) {
      return sendJson(call.response, 400, { error: { message: 'appsecret_proof', code: 100 } })
    }
    const [first_name, ...rest] = person.name.split(' ')
    sendJson(call.response, 200, {
      id: String(numberOf(person)),
      name: person.name,
      first_name,
      last_name: rest.join(' '),
      // Facebook leaves out an address that nobody has confirmed.
      ...(person.email && person.email_verified ? { email: person.email } : {}),
      ...grant.changes,
    })
  }

  #debugToken({ url, request, response }: Call): void {
    const [, id = '', secret = ''] =
      /^Bearer (\d+)\|(.+)$/.exec(request.headers.authorization ?? '') ?? []
    void this.#clients.isSecret('facebook', id, secret).then((right) => {
      const grant = this.#grants.ofToken(url.searchParams.get('input_token') ?? '')
      if (!right) return sendJson(response, 400, { error: { message: 'Invalid', code: 190 } })
      if (grant?.provider !== 'facebook') {
        return sendJson(response, 200, { data: { is_valid: false } })
      }
      const user_id = String(numberOf(grant.person))
      const data = { app_id: grant.client, type: 'USER', is_valid: true, user_id }
      sendJson(response, 200, { data })
    })
  }

  async #githubUser(call: Call): Promise<void> {
    const grant = await this.#bearer(call)
    if (!grant) return
    const id = numberOf(grant.person)
    sendJson(call.response, 200, { id, login: `person-${id}`, name: grant.person.name || null })
  }

  async #githubEmails(call: Call): Promise<void> {
    const grant = await this.#bearer(call)
    if (!grant) return
    const { email, email_verified: verified } = grant.person
    const spare = { email: 'spare@users.example', primary: false, verified: true }
    const primary = { email, primary: true, verified, visibility: 'private' }
    sendJson(call.response, 200, email ? [spare, primary] : [])
  }

  #githubCheck({ url, form, request, response }: Call): void {
    const client = url.pathname.split('/')[3]
    const [, basic = ''] = /^Basic (.+)$/.exec(request.headers.authorization ?? '') ?? []
    const [id = '', secret = ''] = Buffer.from(basic, 'base64').toString().split(':')
    void this.#clients.isSecret('github', id, secret).then((right) => {
      const grant = this.#grants.ofToken(form.get('access_token') ?? '')
      const ours = right && id === client && grant?.provider === 'github'
      if (!ours || grant.client !== client) return sendJson(response, 404, { message: 'Not Found' })
      sendJson(response, 200, { app: { client_id: client }, user: { id: numberOf(grant.person) } })
    })
  }
}

/** Sends the browser back, as the provider's mode has it. */
function answer(response: ServerResponse, asked: URL, fields: Record<string, string>): void {
  const address = new URL(asked.searchParams.get('redirect_uri') ?? 'about:blank')
  const all = { ...fields, state: asked.searchParams.get('state') ?? '' }
  if (asked.searchParams.get('response_mode') === 'form_post') {
    sendHtml(response, postPage(address.href, all))
    return
  }
  for (const [name, value] of Object.entries(all)) address.searchParams.set(name, value)
  response.writeHead(302, { location: address.href }).end()
}

function sendHtml(response: ServerResponse, html: string): void {
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(html)
}
