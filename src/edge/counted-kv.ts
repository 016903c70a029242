import type { Meter } from '../ports.ts'

/** The two verbs of KV that the service uses. */
export type Kv = Pick<KVNamespace, 'put'> & { get(key: string): Promise<string | null> }

/** Counts each operation, so that one before the answer is seen in `Server-Timing`. */
export function countedKv(kv: KVNamespace, meter: Pick<Meter, 'kvOperations'>): Kv {
  return {
    get(key) {
      meter.kvOperations += 1
      return kv.get(key)
    },
    put(...entry: Parameters<KVNamespace['put']>) {
      meter.kvOperations += 1
      return kv.put(...entry)
    },
  }
}
