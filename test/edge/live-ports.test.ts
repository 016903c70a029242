import { createExecutionContext, env } from 'cloudflare:test'
import { expect, it } from 'vitest'
import { livePorts } from '../../src/edge/live-ports.ts'

function provided(bindings: Env) {
  const { provision } = livePorts(bindings, createExecutionContext())
  if (!provision) throw new Error('The tests run under a configuration that serves.')
  return provision
}

function shared(bindings: Env, others: Env): string[] {
  const [one, other] = [provided(bindings).ports, provided(others).ports]
  expect(one).not.toBe(other)
  const names = Object.keys(one) as (keyof typeof one)[]
  return names.filter((name) => one[name] && one[name] === other[name]).sort()
}

it('two requests share what knows nothing of a request, and nothing else', () => {
  const bindings = { ...env, ANALYTICS: { writeDataPoint() {} } } as Env
  expect(provided(bindings).meter).not.toBe(provided(bindings).meter)
  expect(shared(bindings, bindings)).toEqual([
    'analytics',
    'clock',
    'config',
    'egress',
    'mailer',
    'originMemory',
    'pages',
    'passwordLists',
    'tenantMemory',
    'webhookSender',
  ])
})

it('two environments in one isolate share nothing', () => {
  expect(shared({ ...env } as Env, { ...env } as Env)).toEqual([])
})
