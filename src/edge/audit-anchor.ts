import type { AuditAnchor } from '../ports.ts'
import type { Kv } from './counted-kv.ts'

const newestSeal = 'audit:newest-seal'

/** The newest audit seal in KV, out of reach of whoever owns only the database. KV may answer a minute late. */
export function auditAnchorPort(kv: Kv): AuditAnchor {
  return {
    read: () => kv.get(newestSeal),
    write: (seal) => kv.put(newestSeal, seal),
  }
}
