const lineFeed = 0x0a
const blank: readonly number[] = [0x20, 0x09, 0x0d]

export interface Line {
  /** From 1; blank lines count, and are passed over. */
  number: number
  bytes: Uint8Array
}

/** The lines of a body. Bytes, not text: one line that is no UTF-8 must not spoil the others. */
export function splitLines(body: Uint8Array): Line[] {
  const lines: Line[] = []
  let start = 0
  for (let number = 1; start < body.length; number += 1) {
    const found = body.indexOf(lineFeed, start)
    const end = found < 0 ? body.length : found
    const bytes = body.subarray(start, end)
    if (!bytes.every((byte) => blank.includes(byte))) lines.push({ number, bytes })
    start = end + 1
  }
  return lines
}
