import type { Analytics } from '../ports.ts'

/** What Analytics Engine keeps for a request, in this order: the queries of docs/operations.md name columns by number. */
export function analyticsPort(dataset: AnalyticsEngineDataset): Analytics {
  return {
    write({ route, method, status, code, tenant, ms, meter }) {
      try {
        // Sampling, where there is much, is by the index: a busy tenant does not push the others out.
        dataset.writeDataPoint({
          indexes: [tenant ?? 'none'],
          blobs: [route, method, `${Math.floor(status / 100)}xx`, code ?? '', tenant ?? ''],
          doubles: [
            ms,
            meter.databaseTrips,
            meter.databaseMs,
            meter.objectCalls,
            meter.kvOperations,
            meter.hashes,
            status,
          ],
        })
      } catch {
        // Nobody is to wait or to fail for a count.
      }
    },
  }
}
