/** Lines and bytes of one request: the service takes 1,000 and 1 MiB. */
const most = { lines: 1_000, bytes: 1_000_000 }
/** So many requests show how far it is; more would meet the limit of writes. */
const steps = 20
/** Lines that are worth a request. */
const least = 50

export interface Batch {
  /** Lines of the file before it. */
  before: number
  lines: readonly string[]
}

/** The lines of a file in parts that the service takes. A line that is too large alone is a part alone. */
export function batchesOf(text: string): Batch[] {
  const lines = text.split('\n')
  // What ends with a line end has no further line.
  if (lines.at(-1) === '') lines.pop()
  const batches: Batch[] = []
  const measure = new TextEncoder()
  const size = Math.min(most.lines, Math.max(least, Math.ceil(lines.length / steps)))
  let first = 0
  let bytes = 0
  lines.forEach((line, at) => {
    const weight = measure.encode(line).length + 1
    if (at > first && (at - first === size || bytes + weight > most.bytes)) {
      batches.push({ before: first, lines: lines.slice(first, at) })
      first = at
      bytes = 0
    }
    bytes += weight
  })
  if (first < lines.length) batches.push({ before: first, lines: lines.slice(first) })
  return batches
}
