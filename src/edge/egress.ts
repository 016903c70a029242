import type { Config } from '../config.ts'
import { egress as policy } from '../policy.ts'
import type { Egress, EgressAnswer, EgressRequest } from '../ports.ts'

type EgressConfig = Pick<Config, 'development' | 'checks' | 'mail' | 'texts' | 'social'>

/** The way out. Which hosts may be asked follows from the configuration alone: no request can add one (SSRF). */
export function egressPort(config: EgressConfig): Egress {
  // With the first question: most isolates ask nobody for long.
  let origins: Set<string> | null = null
  return {
    async fetch(url, request = {}) {
      origins ??= allowedOrigins(config)
      if (!mayAsk(origins, url)) return null
      try {
        return await ask(url, request)
      } catch {
        // Time-out, connection refused, a name that does not resolve: one answer for all.
        return null
      }
    },
  }
}

/** Origins, not hosts: scheme and port count as well. */
function allowedOrigins({ development, checks, mail, texts, social }: EgressConfig): Set<string> {
  const { domainEndpoint, breachEndpoint } = checks
  // Texts' own region brings the certificates of its topic.
  const regions = [mail.region, texts.aws.region].filter(Boolean).map(snsOrigin)
  const own = [domainEndpoint, breachEndpoint, mail.endpoint, ...regions]
  const urls = [...own, ...providerOrigins(social)]
    .map((url) => new URL(url))
    .filter((url) => url.protocol === 'https:' || (development && isLocal(url.hostname)))
  return new Set(urls.map((url) => url.origin))
}

/** Where a provider's codes, keys and profiles are asked for. */
const providers = {
  google: ['https://oauth2.googleapis.com', 'https://www.googleapis.com'],
  facebook: ['https://graph.facebook.com'],
  apple: ['https://appleid.apple.com'],
  github: ['https://github.com', 'https://api.github.com'],
  microsoft: ['https://login.microsoftonline.com'],
} as const

function providerOrigins(social: Config['social']): string[] {
  if (social.endpoint) return [social.endpoint]
  const names = Object.keys(providers) as (keyof typeof providers)[]
  return names.filter((name) => social[name]).flatMap((name) => providers[name])
}

function isLocal(hostname: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
}

function snsOrigin(region: string): string {
  return `https://sns.${region}.amazonaws.com`
}

function mayAsk(origins: Set<string>, url: string): boolean {
  if (!URL.canParse(url)) return false
  const { origin, username, password } = new URL(url)
  return origins.has(origin) && username === '' && password === ''
}

async function ask(url: string, request: EgressRequest): Promise<EgressAnswer | null> {
  const response = await fetch(url, {
    method: request.method ?? 'GET',
    // The breach list refuses callers without a name, and a Worker sends none by itself.
    headers: { 'user-agent': 'gatehouse', ...request.headers },
    // A redirect would leave the allow-list: the caller gets it as it is.
    redirect: 'manual',
    signal: AbortSignal.timeout(policy.timeoutMs),
    ...(request.body === undefined ? {} : { body: request.body }),
  })
  const text = await readBounded(response, policy.maxBytes)
  return text === null ? null : { status: response.status, text }
}

/** The body as text; null where it is longer than `maxBytes`, of which no more is read. */
export async function readBounded(response: Response, maxBytes: number): Promise<string | null> {
  if (!response.body) return ''
  const decoder = new TextDecoder()
  const reader = response.body.getReader()
  let text = ''
  for (let total = 0; ; ) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    total += value.length
    if (total > maxBytes) {
      await reader.cancel()
      return null
    }
    text += decoder.decode(value, { stream: true })
  }
}
