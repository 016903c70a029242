import type { Answer, Service, ServiceRequest } from './service.ts'

const TYPES: Record<string, number> = { A: 1, MX: 15, AAAA: 28 }
const NOERROR = 0
const SERVFAIL = 2
const NXDOMAIN = 3

/** DNS over HTTPS in JSON, as Cloudflare and Google answer it: every domain takes mail, but… */
export const dns: Service = {
  name: 'dns',
  matches: (method, url) => method === 'GET' && url.pathname === '/dns-query',
  answer,
  fail: (status) => ({ status, body: { error: 'Fault injected by the local inbox.' } }),
}

function answer({ url, headers }: ServiceRequest): Answer {
  const wanted = url.searchParams.get('type')?.toUpperCase() ?? 'A'
  const type = TYPES[wanted] ?? Number(wanted)
  const name = (url.searchParams.get('name') ?? '').toLowerCase().replace(/\.$/, '')
  if (!name || !Number.isInteger(type)) return refusal('name and type are required')
  // Cloudflare takes a query without this header for a binary one.
  if (!headers.accept?.includes('application/dns-json')) {
    return refusal('the Accept header must be application/dns-json')
  }
  const { status, data } = resolve(name, type)
  return {
    status: 200,
    headers: { 'content-type': 'application/dns-json' },
    body: {
      Status: status,
      TC: false,
      RD: true,
      RA: true,
      AD: false,
      CD: false,
      Question: [{ name, type }],
      ...(data.length && { Answer: data.map((each) => ({ name, type, TTL: 300, data: each })) }),
    },
  }
}

function resolve(name: string, type: number): { status: number; data: string[] } {
  if (name === 'invalid' || name.endsWith('.invalid')) return { status: NXDOMAIN, data: [] }
  if (name === 'servfail.example') return { status: SERVFAIL, data: [] }
  const records: Record<number, string[]> = {
    [TYPES.MX as number]: mailServers(name),
    [TYPES.A as number]: addresses(name, 4),
    [TYPES.AAAA as number]: addresses(name, 6),
  }
  return { status: NOERROR, data: records[type] ?? [] }
}

/** Public ones, which nothing connects to from here; `at-10-0-0-1.example` and `at6-fc00--1.example` name their own. */
function addresses(name: string, version: 4 | 6): string[] {
  const own = /^at(6?)-([\da-f-]+)\.example$/.exec(name)
  if (own?.[2]) {
    const named = own[1] ? 6 : 4
    return named === version ? [own[2].replaceAll('-', named === 6 ? ':' : '.')] : []
  }
  if (name === 'nothing.example') return []
  return version === 4 ? ['1.1.1.1'] : ['2606:4700:4700::1111']
}

function mailServers(name: string): string[] {
  if (name === 'nomail.example') return ['0 .'] // RFC 7505: takes no mail, and says so
  if (name === 'nothing.example' || name === 'onlya.example') return []
  return [`10 mx.${name}.`]
}

function refusal(error: string): Answer {
  return { status: 400, body: { error } }
}
