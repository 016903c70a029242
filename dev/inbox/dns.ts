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
    [TYPES.A as number]: name === 'nothing.example' ? [] : ['192.0.2.1'],
    [TYPES.AAAA as number]: name === 'nothing.example' ? [] : ['2001:db8::1'],
  }
  return { status: NOERROR, data: records[type] ?? [] }
}

function mailServers(name: string): string[] {
  if (name === 'nomail.example') return ['0 .'] // RFC 7505: takes no mail, and says so
  if (name === 'nothing.example' || name === 'onlya.example') return []
  return [`10 mx.${name}.`]
}

function refusal(error: string): Answer {
  return { status: 400, body: { error } }
}
