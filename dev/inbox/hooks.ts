import type { IncomingHttpHeaders } from 'node:http'
import type { Answer, Service, ServiceRequest } from './service.ts'

/** A webhook delivery as it came. */
interface Hook {
  headers: IncomingHttpHeaders
  body: string
}

const mostHooks = 500
const received: { path: string; hook: Hook }[] = []

/** Receives webhooks at any path below /hooks/; `?status=500` in the URL of a webhook makes it answer so. */
export const hooks: Service = {
  name: 'hooks',
  matches: (method, url) => method === 'POST' && url.pathname.startsWith('/hooks/'),
  answer,
  fail: (status) => ({ status, body: { error: 'Fault injected by the local inbox.' } }),
}

function answer({ url, headers, body }: ServiceRequest): Answer {
  received.push({ path: url.pathname, hook: { headers, body } })
  if (received.length > mostHooks) received.shift()
  const status = Number(url.searchParams.get('status') ?? 204)
  const isRedirect = status >= 300 && status < 400
  return { status, body: '', ...(isRedirect && { headers: { location: '/hooks/elsewhere' } }) }
}

/** What came to a path, oldest first. */
export function hooksAt(path: string | null): Hook[] {
  return received.filter((each) => each.path === path).map(({ hook }) => hook)
}
