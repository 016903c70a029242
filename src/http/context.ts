import type { Context, MiddlewareHandler } from 'hono'
import { accepts } from 'hono/accepts'
import { getCookie } from 'hono/cookie'
import type { AppBuild, DeviceProof, Locale, RequestContext, Transport } from '../context.ts'
import { AuthError, fieldError } from '../errors.ts'
import { installProof } from '../tokens/install-id.ts'
import { secretHash } from '../tokens/secret.ts'
import type { HttpEnv } from './environment.ts'
import { isServed } from './hosts.ts'
import { ipPrefixOf } from './ip-prefix.ts'

const maxHeader = 256

/**
 * Reads once what a request says about itself. Only the hosts of the configuration are served: a link or an origin check
 * never rests on a foreign `Host`.
 */
export const describeRequest: MiddlewareHandler<HttpEnv> = (c, next) => {
  const hostname = hostnameOf(c.req.url)
  if (!isServed(c.get('ports').config, hostname)) throw new AuthError('HOST_NOT_SERVED')
  c.set('hostname', hostname)
  const transport = transportOf(c.req.header('X-Token-Transport'))
  const describe = (device: DeviceProof | null) => {
    c.set('context', contextOf(c, transport, device))
    return next()
  }
  const device = deviceOf(c, transport)
  return device ? device.then(describe) : describe(null)
}

/** What stood before the path the last time, and its host: an isolate hears of few, and taking a URL apart costs more. */
let last = { origin: '', hostname: '' }

/** Where a parser and the eye agree what the host is: the short way is for these alone. */
const plainOrigin = /^https?:\/\/[\w.:[\]-]+$/

function hostnameOf(url: string): string {
  const origin = url.slice(0, Math.max(0, url.indexOf('/', 'https://'.length)))
  if (origin && origin === last.origin) return last.hostname
  if (!URL.canParse(url)) throw new AuthError('HOST_NOT_SERVED')
  const { hostname } = new URL(url)
  if (plainOrigin.test(origin)) last = { origin, hostname }
  return hostname
}

function contextOf(
  c: Context<HttpEnv>,
  transport: Transport,
  device: DeviceProof | null,
): RequestContext {
  // Asked for once: each way to the headers costs a call out of JavaScript.
  const { headers } = c.req.raw
  const platform = headers.get('X-App-Platform')
  const version = headers.get('X-App-Version')
  return {
    requestId: c.get('requestId'),
    // The only address header that the edge sets itself: any other is the client's own word.
    ipPrefix: ipPrefixOf(headers.get('CF-Connecting-IP') ?? undefined),
    country: countryOf(c),
    userAgent: printable(headers.get('User-Agent')),
    locale: localeOf(c),
    platform: printable(platform),
    appVersion: printable(version),
    build: buildOf(platform, version),
    transport,
    device,
  }
}

function transportOf(header: string | undefined): Transport {
  if (header === undefined || header === 'body') return 'body'
  if (header === 'cookie') return 'cookie'
  throw new AuthError('VALIDATION_FAILED', {
    errors: [fieldError('X-Token-Transport', 'INVALID_VALUE', 'Use "body" or "cookie".')],
  })
}

function buildOf(platform: string | null, version: string | null): AppBuild | null {
  if (platform === null || version === null) return null
  return { platform: platform.trim().toLowerCase(), version: version.slice(0, maxHeader) }
}

export const deviceCookie = 'device'

/** What most requests show none of waits for nothing there. */
function deviceOf(c: Context<HttpEnv>, transport: Transport): Promise<DeviceProof | null> | null {
  if (transport === 'cookie') {
    const secret = getCookie(c, deviceCookie, 'host')
    return secret ? cookieProof(secret) : null
  }
  const id = c.req.header('X-Install-Id')
  return id ? installProof(id) : null
}

async function cookieProof(secret: string): Promise<DeviceProof | null> {
  const hash = await secretHash('device', secret)
  return hash ? { kind: 'cookie', hash } : null
}

function countryOf(c: Context<HttpEnv>): string | null {
  const country = c.req.raw.cf?.country
  return typeof country === 'string' && /^[A-Z0-9]{2}$/.test(country) ? country : null
}

/** Keeps what may be stored and shown: no controls, no half characters, bounded. */
function printable(text: string | null): string | null {
  const kept = text?.replace(/[^\x20-\x7e]/g, '').slice(0, maxHeader)
  return kept || null
}

/** The language that is wished for most (RFC 9110 §12.5.4), in whatever region. */
function localeOf(c: Context<HttpEnv>): Locale {
  return accepts(c, {
    header: 'Accept-Language',
    supports: ['en', 'bn'],
    default: 'en',
    match: (wishes, { supports, default: usual }) =>
      wishes
        .filter(({ q }) => q > 0)
        .toSorted((one, other) => other.q - one.q)
        .map(({ type }) => type.toLowerCase().replace(/-.*/, ''))
        .find((language) => supports.includes(language)) ?? usual,
  }) as Locale
}
