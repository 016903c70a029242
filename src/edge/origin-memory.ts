import { tenant as policy } from '../policy.ts'
import type { ListedOrigin, OriginMemory } from '../ports.ts'

const isolateMemory = new Map<string, ListedOrigin>()

/** The isolate's own memory. Anybody can ask for new origins: what is forgotten is only asked for again. */
export function originMemoryPort(memory: Map<string, ListedOrigin> = isolateMemory): OriginMemory {
  return {
    get(origin) {
      return memory.get(origin) ?? null
    },
    put(origin, listed) {
      if (!memory.has(origin) && memory.size >= policy.remembered) memory.clear()
      memory.set(origin, listed)
    },
  }
}
