import { isUtf8 } from 'node:buffer'
import { createReadStream } from 'node:fs'
import { body as bodyPolicy, importing as policy } from '../../src/policy.ts'

export interface Batch {
  /** Number of its first line in the file, from 1. */
  first: number
  lines: number
  text: string
  /** Bytes of the file up to its end. */
  end: number
}

/** The lines of a file after the first `skipped`, as many together as one request takes. */
export async function* batchesOf(file: string, skipped: number): AsyncGenerator<Batch> {
  let lines: string[] = []
  let bytes = 0
  let number = 0
  let end = 0
  const batch = (): Batch => {
    const text = lines.map((line) => `${line}\n`).join('')
    return { first: number - lines.length + 1, lines: lines.length, text, end }
  }
  for await (const line of linesOf(file)) {
    const text = sendable(line)
    const size = Buffer.byteLength(text) + 1
    if (lines.length === policy.lines || bytes + size > bodyPolicy.maxImportBytes) {
      yield batch()
      lines = []
      bytes = 0
    }
    number += 1
    end += line.length + 1
    if (number <= skipped) continue
    lines.push(text)
    bytes += size
  }
  if (lines.length > 0) yield batch()
}

/** What would not arrive as it is, is sent so that the service refuses that line, and the others are taken. */
function sendable(line: Buffer): string {
  if (!isUtf8(line)) return 'not UTF-8'
  const text = line.toString('utf8')
  return line.length > policy.lineBytes ? text.slice(0, policy.lineBytes + 1) : text
}

/** As bytes, so that no line is changed by reading it. */
async function* linesOf(file: string): AsyncGenerator<Buffer> {
  let rest: Buffer[] = []
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    let from = 0
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
      yield Buffer.concat([...rest, chunk.subarray(from, at)])
      rest = []
      from = at + 1
    }
    rest.push(chunk.subarray(from))
  }
  const last = Buffer.concat(rest)
  if (last.length > 0) yield last
}
