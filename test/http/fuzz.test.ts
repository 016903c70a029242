import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { accessToken } from '../../src/policy.ts'
import type { Answer } from '../support/client.ts'
import { expectInOrder } from './answers-in-order.ts'
import { operations } from './operations.ts'
import { livingPerson, placeholders } from './person.ts'
import { type GeneratedRequest, requests } from './request-arbitrary.ts'
import { send } from './service.ts'

/**
 * `VITE_FUZZ_REQUESTS=100000 npx vitest run --project worker test/http/fuzz.test.ts` for the long run.
 * The short one repeats the same requests each time; the long one takes new ones and prints their seed where it fails.
 */
const asked = Number((import.meta as { env?: Record<string, string> }).env?.VITE_FUZZ_REQUESTS ?? 0)
const count = asked || 1_500
const seed = asked ? {} : { seed: 20_261_121 }
const patience = 60_000 + count * 200

/** Only the operator, an invited person, a vendor, a sign-in provider, an authenticator, an app or a message that was sent has what these take. */
const needsMaker =
  /\/admin\/app-versions\/|\/api\/v1\/webhooks\/|\/deliveries\/\{|\/admin\/users\/import|\/admin\/audit\/verify|\/invitations\/accept|\/webauthn\/(register|login)\/verify|\/mfa\/confirm|\/(otp|magic-link)\/verify|\/recover\/not-me|\/me\/(email|phone)\/|\/oauth\/|\/social\/|\/identities\/\{/

const routes = await operations()
let person = livingPerson()
let bornAt = Date.now()
const seen = new Map<string, Set<number>>()
const statuses = new Set<number>()

// A line of the log for each of so many refusals would be all that one sees.
beforeAll(() => {
  for (const level of ['info', 'warn', 'error'] as const) vi.spyOn(console, level).mockReturnValue()
})
afterAll(() => vi.restoreAllMocks())

it(
  `answers ${count} generated requests without a fault, and each refusal by name`,
  async () => {
    const property = fc.asyncProperty(requests(routes), async (generated) => {
      const answer = await sendGenerated(generated)
      expectInOrder(answer)
      remember(generated, answer)
      tellProgress()
    })
    await fc.assert(property, { numRuns: count, endOnFailure: true, ...seed })
  },
  patience,
)

describe('the generated requests', () => {
  it('came to every route, and past its door', () => {
    const served = (name: string) => [...(seen.get(name) ?? [])].some((status) => status < 400)
    const unserved = routes.map(({ name }) => name).filter((name) => !served(name))
    expect(unserved.filter((name) => !needsMaker.test(name))).toEqual([])
  })

  it('were refused in many ways', () => {
    for (const status of [400, 401, 403, 404, 405, 415, 422]) expect(statuses).toContain(status)
  })
})

function remember({ operation, method }: GeneratedRequest, { status }: Answer): void {
  statuses.add(status)
  if (method !== operation.method) return
  seen.set(operation.name, (seen.get(operation.name) ?? new Set()).add(status))
}

let sent = 0

/** The long run takes hours: whoever stops it wants to know how far it came. */
function tellProgress(): void {
  sent += 1
  if (asked && sent % 1_000 === 0) console.log(`${sent} of ${count} requests went through`)
}

/** Access tokens live for minutes, and a long run for hours. */
function renewPerson(): void {
  if (Date.now() - bornAt < (accessToken.life / 2) * 1_000) return
  person = livingPerson()
  bornAt = Date.now()
}

async function sendGenerated(generated: GeneratedRequest): Promise<Answer> {
  const { method, path, headers, body } = generated
  renewPerson()
  const sent = JSON.parse(await withPlaceholders(JSON.stringify({ path, headers, body })))
  const answer = await send(sent.path, {
    method,
    headers: sent.headers,
    ...(sent.body === null || method === 'GET' ? {} : { body: sent.body }),
  })
  if (method !== 'GET') person.forgetAfter(path, answer.status)
  return answer
}

/** They stand inside of a JSON text, and have no character that it would escape. */
async function withPlaceholders(text: string): Promise<string> {
  let filledIn = text
  for (const name of Object.values(placeholders)) {
    for (const spelling of [name, encodeURIComponent(name)]) {
      if (!filledIn.includes(spelling)) continue
      filledIn = filledIn.replaceAll(spelling, await person.value(name))
    }
  }
  return filledIn
}
