/** Lines and bytes of one request: the service takes 1,000 and 1 MiB, and short ones show how far it is. */
const most = { lines: 250, bytes: 1_000_000 }

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
  let first = 0
  let bytes = 0
  lines.forEach((line, at) => {
    const size = measure.encode(line).length + 1
    if (at > first && (at - first === most.lines || bytes + size > most.bytes)) {
      batches.push({ before: first, lines: lines.slice(first, at) })
      first = at
      bytes = 0
    }
    bytes += size
  })
  if (first < lines.length) batches.push({ before: first, lines: lines.slice(first) })
  return batches
}
