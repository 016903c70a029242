import { type Answer, type FieldError, isGatehouseError } from 'gatehouse-client'
import { useEffect, useRef, useState } from 'react'
import { client } from '../../client.ts'
import { type Sending, useSending } from '../../forms/use-sending.ts'
import { type Batch, batchesOf } from './batches.ts'

type Report = Answer<'POST /api/v1/admin/users/import'>

export interface RefusedLine {
  /** In the file, from 1. */
  line: number
  errors: readonly FieldError[]
  text: string
}

export interface Progress {
  /** Lines. */
  done: number
  all: number
  created: number
  exists: number
  refused: readonly RefusedLine[]
  /** Of the batches, the one that comes next. */
  next: number
  batches: readonly Batch[]
}

export interface Importing {
  sending: Sending
  progress: Progress | null
  /** The service has asked for a pause; it goes on by itself. */
  isWaiting: boolean
  begin(text: string): void
  /** After a stop, or a request that failed: with the batch that was not answered. */
  goOn(): void
  stop(): void
}

/** Milliseconds that a batch may take: each password hash is looked at. */
const patience = 120_000

/** Sends a file batch by batch. A batch that was lost is sent again: what is there already stays as it is. */
export function useImport(): Importing {
  const sending = useSending()
  const [progress, setProgress] = useState<Progress | null>(null)
  const [isWaiting, setWaiting] = useState(false)
  const isStopped = useRef(false)
  // Who leaves the page has seen the last of its report.
  useEffect(
    () => () => {
      isStopped.current = true
    },
    [],
  )

  /** A batch, after the pause that the service asks for where there were many. */
  const send = async (body: string): Promise<Report | null> => {
    for (;;) {
      try {
        return await client.admin.importUsers(body, { timeout: patience })
      } catch (error) {
        const isPause = isGatehouseError(error, 'RATE_LIMITED') && error.retryAfter !== undefined
        if (!isPause) throw error
        setWaiting(true)
        await pause(error.retryAfter ?? 0, isStopped)
        setWaiting(false)
        if (isStopped.current) return null
      }
    }
  }

  const run = (start: Progress) =>
    void sending.run(async () => {
      isStopped.current = false
      for (let now = start; !isStopped.current; setProgress(now)) {
        const batch = now.batches[now.next]
        if (!batch) return
        const body = batch.lines.join('\n')
        const report = await send(body)
        if (report) now = after(now, batch, report)
      }
    })

  return {
    sending,
    progress,
    isWaiting,
    begin: (text) => {
      const batches = batchesOf(text)
      const all = batches.reduce((sum, { lines }) => sum + lines.length, 0)
      const start = { done: 0, all, created: 0, exists: 0, refused: [], next: 0, batches }
      setProgress(start)
      run(start)
    },
    goOn: () => progress && run(progress),
    stop: () => {
      isStopped.current = true
    },
  }
}

/** Seconds, or less where somebody presses stop. */
async function pause(seconds: number, isStopped: { current: boolean }): Promise<void> {
  const end = performance.now() + seconds * 1000
  while (performance.now() < end && !isStopped.current) {
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
}

function after(now: Progress, { before, lines }: Batch, report: Report): Progress {
  const refused = report.lines.flatMap((each) =>
    each.status === 'refused'
      ? [{ line: before + each.line, errors: each.errors, text: lines[each.line - 1] ?? '' }]
      : [],
  )
  return {
    ...now,
    done: before + lines.length,
    created: now.created + report.created,
    exists: now.exists + report.exists,
    refused: [...now.refused, ...refused],
    next: now.next + 1,
  }
}
