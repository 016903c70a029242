import type { Answer } from 'gatehouse-client'
import { Link } from '../../router.tsx'
import { Facts } from '../facts.tsx'
import { Moment } from '../moment.tsx'
import { sayConsole } from '../words.ts'
import { sayAudit } from './words.ts'

type Event = Answer<'GET /api/v1/admin/audit'>['events'][number]

export function AuditEntry({ event }: { event: Event }) {
  const place = [event.ip_prefix, event.country].filter(Boolean).join(', ')
  const { administrator, ...others } = event.details
  const details = Object.entries(others).map(([name, value]) => [name, String(value)] as const)
  const facts = [
    [sayAudit('reason'), event.reason],
    [sayAudit('where'), place],
    [sayAudit('browser'), event.user_agent],
    ...details,
    [sayAudit('request'), event.request_id],
    [sayAudit('sealed'), event.sealed ? sayConsole('yes') : sayAudit('notSealed')],
  ] as const
  return (
    <details className="event">
      <summary>
        <strong>{event.action}</strong>
        <span className={`mark ${event.outcome}`}>{sayAudit(event.outcome)}</span>
        <small>
          {event.account && <>{event.account} · </>}
          <Moment at={event.occurred_at} />
        </small>
      </summary>
      <Facts of={facts.filter(([, value]) => value)} />
      {event.user_id && <ToAccount id={event.user_id} text={sayAudit('account')} />}
      {administrator !== undefined && (
        <ToAccount id={String(administrator)} text={sayAudit('administrator')} />
      )}
    </details>
  )
}

function ToAccount({ id, text }: { id: string; text: string }) {
  return (
    <p>
      <Link to={`/console/users/${id}`}>{text}</Link>
    </p>
  )
}
