import { setTimeout as sleep } from 'node:timers/promises'
import type { Faults } from '../../../dev/faults.ts'
import type { InboxFault } from '../../../dev/inbox/faults.ts'
import type { Message } from '../../../dev/inbox/messages.ts'
import { site } from './site.ts'

/** From now on the database endpoint misbehaves; `{}` ends it. */
export async function breakDatabase(faults: Faults): Promise<void> {
  await post(`${neon()}/faults`, faults)
}

/** From now on requests to the database are counted that name one of these: addresses, ids, hashes in hex. */
export async function countDatabaseRequests(names: string[]): Promise<() => Promise<number>> {
  await post(`${neon()}/count`, names)
  return async () => {
    const answer = await fetch(`${neon()}/count`)
    return ((await answer.json()) as { requests: number }).requests
  }
}

/** From now on a neighbour (mail, DNS, breach list) misbehaves. */
export async function breakNeighbour(fault: InboxFault): Promise<void> {
  await post(`${site().variables.SES_ENDPOINT}/api/faults`, fault)
}

/** Faults of neighbours that are not used up: one with a count ends when so many requests have met it. */
export async function faultsLeft(): Promise<number> {
  const answer = await fetch(`${site().variables.SES_ENDPOINT}/api/faults`)
  return ((await answer.json()) as unknown[]).length
}

/** Mails to an address so far, newest first. */
export async function mailsTo(to: string): Promise<Message[]> {
  const address = encodeURIComponent(to)
  const answer = await fetch(`${site().variables.SES_ENDPOINT}/api/messages?to=${address}`)
  return (await answer.json()) as Message[]
}

/** Mails to an address, newest first, once there are so many. */
export async function awaitMails(to: string, count = 1): Promise<Message[]> {
  return until(`${count} mails to ${to}`, async () => {
    const found = await mailsTo(to)
    return found.length >= count ? found : undefined
  })
}

/** Asks again and again until there is an answer, for a minute: a busy machine takes its time. */
export async function until<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  for (let tries = 0; tries < 3_000; tries += 1) {
    const answer = await ask()
    if (answer !== undefined) return answer
    await sleep(20)
  }
  throw new Error(`waited in vain for ${what}`)
}

function neon(): string {
  return new URL(site().variables.DATABASE_ENDPOINT ?? '').origin
}

async function post(url: string, body: object): Promise<void> {
  const answer = await fetch(url, { method: 'POST', body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`)
  await answer.arrayBuffer()
}
