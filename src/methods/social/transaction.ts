import { z } from 'zod'
import type { Config } from '../../config.ts'
import { lazily } from '../../lazily.ts'
import { openPayload, sealPayload } from '../../tokens/sealed.ts'
import { providerNames } from './provider.ts'

const transactionSchema = lazily(() =>
  z.object({
    /** Becomes the id of the exchange code: one row for each sign-in, so that an answer counts once. */
    id: z.uuid(),
    provider: z.enum(providerNames),
    tenant: z.string(),
    nonce: z.string(),
    /** PKCE of ours towards the provider. */
    verifier: z.string(),
    /** PKCE of the app towards us. */
    challenge: z.string(),
    redirectTo: z.string(),
    purpose: z.enum(['sign_in', 'link']),
    /** Milliseconds since 1970. */
    expiresAt: z.number(),
  }),
)

/** What a sign-in at a provider needs to remember until the browser comes back. */
export type Transaction = z.infer<typeof transactionSchema>

const stateShape = /^[\w-]{43}$/

/** Each sign-in has a cookie of its own, so that two tabs do not disturb each other. Null for what is no state of ours. */
export function transactionCookie(state: string): string | null {
  return stateShape.test(state) ? `oauth-${state.slice(0, 12)}` : null
}

/**
 * The transaction travels with the browser, sealed: nobody reads or changes it, and no other browser has it. The state
 * is bound in, so a cookie opens for the one answer that it was made for.
 */
export function sealTransaction(config: Config, state: string, transaction: Transaction) {
  return sealPayload(config.keys.transactions, `oauth ${state}`, transaction)
}

/** Null for a foreign, changed or late one. */
export async function openTransaction(
  config: Config,
  state: string,
  sealed: string,
  now: number,
): Promise<Transaction | null> {
  const opened = await openPayload(config.keys.transactions, `oauth ${state}`, sealed)
  const transaction = transactionSchema.safeParse(opened)
  if (!transaction.success || transaction.data.expiresAt <= now) return null
  return transaction.data
}
