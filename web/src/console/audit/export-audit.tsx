import { GatehouseError } from 'gatehouse-client'
import { useState } from 'react'
import { client } from '../../client.ts'
import { Button } from '../../ui/button.tsx'
import { saveFile } from '../../ui/save-file.ts'
import { ActNotice } from '../act-notice.tsx'
import { useAct } from '../use-act.ts'
import type { Search } from './search.ts'
import { sayAudit } from './words.ts'

/** Milliseconds that a part of an export may take. */
const patience = 120_000

/** Saves all that the filters find as one file, however many answers it takes. */
export function ExportAudit({ search }: { search: Search }) {
  const acting = useAct()
  const [count, setCount] = useState<number | null>(null)

  async function save(): Promise<void> {
    let cursor: string | null | undefined
    const parts: string[] = []
    let total = 0
    setCount(0)
    try {
      while (cursor !== null) {
        const asked = { ...search, ...(cursor ? { cursor } : {}) }
        const part = partOf(await client.admin.exportAudit(asked, { timeout: patience }))
        parts.push(part.events)
        total += part.count
        cursor = part.next
        setCount(total)
      }
    } finally {
      setCount(null)
    }
    saveFile(
      `audit-${new Date().toISOString().slice(0, 10)}.ndjson`,
      'application/x-ndjson',
      parts.join(''),
    )
    acting.setDone(sayAudit('exported', total))
  }

  return (
    <>
      <Button isPending={count !== null} onPress={() => acting.run(save)}>
        {count === null ? sayAudit('export') : sayAudit('exporting', count)}
      </Button>
      <ActNotice of={acting} />
    </>
  )
}

/** The events of one answer, and where the next one begins. Without its last line it was broken off. */
function partOf(text: string): { events: string; count: number; next: string | null } {
  const end = text.trimEnd().lastIndexOf('\n') + 1
  const last: unknown = JSON.parse(text.slice(end) || 'null')
  if (typeof last !== 'object' || last === null || !('next_cursor' in last)) {
    throw new GatehouseError('UNEXPECTED_ANSWER', { message: sayAudit('brokenOff') })
  }
  const events = text.slice(0, end)
  return { events, count: events.split('\n').length - 1, next: last.next_cursor as string | null }
}
