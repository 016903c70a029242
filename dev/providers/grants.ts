import { createHash, randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Person, ProviderName } from './people.ts'

/** A trouble that a test orders for one sign-in: where, which status, how late. `spend`: its code works more than once. */
export interface Fault {
  at: 'token' | 'profile' | 'spend'
  status?: number
  delayMs?: number
}

/** One sign-in at a provider. */
export interface Grant {
  provider: ProviderName
  client: string
  person: Person
  redirectUri: string
  challenge: string | null
  nonce: string | null
  /** Claims that a test wants otherwise. */
  changes: Record<string, unknown>
  fault: Fault | null
}

/** Codes and access tokens that were given out. They live as long as the process: a local stack is small. */
export class Grants {
  #codes = new Map<string, Grant>()
  #tokens = new Map<string, Grant>()

  code(grant: Grant): string {
    return give(this.#codes, grant)
  }

  token(grant: Grant): string {
    return give(this.#tokens, grant)
  }

  /** Once; and only for who shows the verifier (RFC 7636). */
  spend(code: string, redirectUri: string, verifier: string): Grant | null {
    const grant = this.#codes.get(code)
    if (grant?.fault?.at !== 'spend') this.#codes.delete(code)
    if (!grant || grant.redirectUri !== redirectUri) return null
    const challenge = createHash('sha256').update(verifier).digest('base64url')
    return grant.challenge === challenge ? grant : null
  }

  ofToken(token: string): Grant | undefined {
    return this.#tokens.get(token)
  }
}

function give(map: Map<string, Grant>, grant: Grant): string {
  const text = randomBytes(24).toString('base64url')
  map.set(text, grant)
  return text
}

/** The status to fail with, after the delay. */
export async function meet(grant: Grant, at: Fault['at']): Promise<number | undefined> {
  if (grant.fault?.at !== at) return undefined
  await sleep(grant.fault.delayMs ?? 0)
  return grant.fault.status
}
