import type { Session } from 'gatehouse-client'
import { useState } from 'react'
import { client } from '../../client.ts'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { Loader } from '../../ui/loader.tsx'
import { Panel } from '../../ui/panel.tsx'
import { useLoaded } from '../../ui/use-loaded.ts'
import { when } from '../../ui/when.ts'
import { deviceOf, placeOf } from '../place.ts'
import { saySessions } from './words.ts'

const load = async (signal: AbortSignal) =>
  (await client.sessions.list(undefined, { signal })).sessions

type Ending = Session | 'others'

export function SessionsPanel() {
  const sessions = useLoaded(load)
  const [ending, setEnding] = useState<Ending | null>(null)
  const [isDone, setDone] = useState(false)

  async function end(which: Ending): Promise<void> {
    if (which === 'others') await client.logoutAll({ except_current: true })
    else await client.sessions.end(which.id)
    await sessions.reload()
    setDone(true)
  }
  const ask = (which: Ending) => {
    setDone(false)
    setEnding(which)
  }

  return (
    <Panel title={saySessions('where')}>
      <Loader of={sessions}>
        {(list) => (
          <>
            <p>{saySessions(list.length > 1 ? 'whereText' : 'onlyThis')}</p>
            <ul className="rows">
              {list.map((session) => (
                <Row key={session.id} session={session} onEnd={() => ask(session)} />
              ))}
            </ul>
            {list.length > 1 && (
              <div className="acts">
                <Button onPress={() => ask('others')}>{saySessions('endOthers')}</Button>
              </div>
            )}
          </>
        )}
      </Loader>
      <p role="status">{isDone && saySessions('ended')}</p>
      {ending && (
        <Confirm
          title={saySessions(ending === 'others' ? 'endOthers' : 'endThis')}
          act={saySessions(ending === 'others' ? 'endOthers' : 'end')}
          onAct={() => end(ending)}
          onClose={() => setEnding(null)}
        >
          {ending !== 'others' && (
            <p>
              <strong>{deviceOf(ending)}</strong>
            </p>
          )}
          <p>{saySessions(ending === 'others' ? 'endOthersText' : 'endText')}</p>
        </Confirm>
      )}
    </Panel>
  )
}

function Row({ session, onEnd }: { session: Session; onEnd: () => void }) {
  const place = placeOf(session)
  return (
    <li>
      <span>
        {deviceOf(session)}{' '}
        {session.current && <span className="mark">{saySessions('thisOne')}</span>}
        {place && <small>{place}</small>}
        <small>
          {saySessions('since', when(session.created_at))} ·{' '}
          {saySessions('seen', when(session.last_seen_at))}
        </small>
      </span>
      {!session.current && (
        <span className="row-acts">
          <Button kind="quiet" onPress={onEnd}>
            {saySessions('end')}
          </Button>
        </span>
      )}
    </li>
  )
}
