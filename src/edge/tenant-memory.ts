import { tenant as policy } from '../policy.ts'
import type { TenantMemory, TenantRecord } from '../ports.ts'

const isolateMemory = new Map<string, TenantRecord>()

/** The isolate's own memory: no call, and nothing of a request in it. */
export function tenantMemoryPort(memory: Map<string, TenantRecord> = isolateMemory): TenantMemory {
  return {
    get(name) {
      return memory.get(name) ?? null
    },
    put(record) {
      const known = memory.get(record.id)
      // An answer that was on its way while a newer one came.
      if (known && known.version > record.version) return
      if (!known && memory.size >= 2 * policy.remembered) memory.clear()
      memory.set(record.id, record)
      memory.set(record.slug, record)
    },
  }
}
