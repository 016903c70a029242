import type { Answer } from 'gatehouse-client'
import { useState } from 'react'
import { client } from '../../client.ts'
import { Button } from '../../ui/button.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ActNotice } from '../act-notice.tsx'
import { Facts } from '../facts.tsx'
import { useAct } from '../use-act.ts'
import { sayAudit } from './words.ts'

type Fault = Extract<Answer<'POST /api/v1/admin/audit/verify'>, { ok: false }>

/** Checks the whole trail, part by part: each answer says where the next one begins. */
export function VerifyAudit() {
  const acting = useAct()
  const [rows, setRows] = useState<number | null>(null)
  const [fault, setFault] = useState<Fault | null>(null)

  async function verify(): Promise<void> {
    setFault(null)
    let total = 0
    let isAnchored = false
    let from: number | null | undefined
    setRows(0)
    try {
      while (from !== null) {
        const part = await client.admin.verifyAudit(from ? { from_seal: from } : {})
        if (!part.ok) return setFault(part)
        total += part.rows
        isAnchored = part.anchored !== null
        from = part.next_seal
        setRows(total)
      }
    } finally {
      setRows(null)
    }
    acting.setDone(
      `${sayAudit('holds', total)} ${sayAudit(isAnchored ? 'anchored' : 'notAnchored')}`,
    )
  }

  return (
    <Panel title={sayAudit('verify')}>
      <p>{sayAudit('verifyText')}</p>
      <div className="acts">
        <Button isPending={rows !== null} onPress={() => acting.run(verify)}>
          {rows === null ? sayAudit('verify') : sayAudit('verifying', rows)}
        </Button>
      </div>
      <ActNotice of={acting} />
      {fault && (
        <div role="alert" className="notice">
          <p>{sayAudit('fails')}</p>
          <Facts
            of={[
              [sayAudit('reason'), fault.reason],
              [sayAudit('seal'), fault.seal ?? '–'],
              [sayAudit('firstBad'), fault.first_bad_id ?? '–'],
            ]}
          />
        </div>
      )}
    </Panel>
  )
}
