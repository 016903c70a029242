import { tenant as policy } from '../policy.ts'
import type { TenantMemory, TenantRecord } from '../ports.ts'

const isolateMemory = new Map<string, TenantRecord>()

/** The isolate's own memory: no call, and nothing of a request in it. */
export function tenantMemoryPort(memory: Map<string, TenantRecord> = isolateMemory): TenantMemory {
  return {
    get(slug) {
      return memory.get(slug) ?? null
    },
    put(record) {
      const known = memory.get(record.slug)
      // An answer that was on its way while a newer one came.
      if (known && known.version > record.version) return
      const [oldest] = memory.keys()
      if (!known && oldest && memory.size >= policy.remembered) memory.delete(oldest)
      memory.set(record.slug, record)
    },
  }
}
