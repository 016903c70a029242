import { appendFileSync, existsSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs'
import type { Client } from '../../sdk/src/index.ts'
import { writePrivately } from '../env-file.ts'
import { batchesOf } from './batches.ts'
import { patiently } from './patiently.ts'
import type { Service } from './signed-in.ts'
import type { Terminal } from './terminal.ts'

interface Counts {
  created: number
  exists: number
  refused: number
}

/** How far an import has come: kept beside the file, so that it goes on where it was broken off. */
interface Progress extends Counts {
  /** Another file, service or tenant begins anew. */
  of: string
  lines: number
  /** Length of the list of refused lines: what a killed run wrote beyond it is written again. */
  refusedBytes: number
}

/**
 * Takes over the accounts of a file, batch by batch. A batch that was sent and never answered is sent again: accounts
 * that are there stay as they are.
 */
export async function importFile(
  client: Pick<Client, 'admin'>,
  { url, tenant }: Service,
  file: string,
  terminal: Pick<Terminal, 'note' | 'progress'>,
): Promise<Counts & { refusedFile: string }> {
  const { size, mtimeMs } = statSync(file)
  const [progressFile, refusedFile] = [`${file}.progress.json`, `${file}.refused.ndjson`]
  const of = [url, tenant, size, mtimeMs].join(' ')
  let done = resumed(progressFile, of)
  if (done.lines > 0) terminal.note(`Going on after line ${done.lines}.`)
  if (existsSync(refusedFile)) truncateSync(refusedFile, done.refusedBytes)

  for await (const batch of batchesOf(file, done.lines)) {
    const report = await patiently(
      () => client.admin.importUsers(batch.text),
      (waiting) => terminal.note(waiting),
    )
    const refused = report.lines
      .flatMap((line) =>
        line.status === 'refused' ? [{ ...line, line: line.line + batch.first - 1 }] : [],
      )
      .map(({ line, errors }) => `${JSON.stringify({ line, errors })}\n`)
      .join('')
    if (refused) appendFileSync(refusedFile, refused)
    done = {
      of,
      lines: batch.first + batch.lines - 1,
      created: done.created + report.created,
      exists: done.exists + report.exists,
      refused: done.refused + report.refused,
      refusedBytes: done.refusedBytes + Buffer.byteLength(refused),
    }
    writePrivately(progressFile, JSON.stringify(done))
    const share = Math.floor((100 * Math.min(batch.end, size)) / size)
    terminal.progress(`${share} %, ${done.lines} lines: ${told(done)}`)
  }
  rmSync(progressFile, { force: true })
  return { ...done, refusedFile }
}

export function told({ created, exists, refused }: Counts): string {
  return `${created} created, ${exists} there already, ${refused} refused`
}

function resumed(progressFile: string, of: string): Progress {
  const fresh = { of, lines: 0, created: 0, exists: 0, refused: 0, refusedBytes: 0 }
  if (!existsSync(progressFile)) return fresh
  const kept = JSON.parse(readFileSync(progressFile, 'utf8')) as Progress
  return kept.of === of ? kept : fresh
}
