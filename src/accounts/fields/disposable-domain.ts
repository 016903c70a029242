import { disposableEmailBlocklistSet } from 'disposable-email-domains-js'

/** About 8,000 names: built at the first question, not at the start of the isolate. Never changes after. */
let blocklist: ReadonlySet<string> | null = null

/** True where the operator refuses throw-away mailboxes and this is one. */
export function isRefusedMailbox(
  { checks }: { checks: { disposable: boolean } },
  address: string,
): boolean {
  return checks.disposable && isDisposable(address.slice(address.lastIndexOf('@') + 1))
}

/** True for a domain of throw-away mailboxes, or one below it. `domain`: ASCII, lower case. */
export function isDisposable(domain: string): boolean {
  blocklist ??= disposableEmailBlocklistSet()
  const labels = domain.split('.')
  for (let start = 0; start < labels.length - 1; start++) {
    if (blocklist.has(labels.slice(start).join('.'))) return true
  }
  return false
}
