import type { Answer } from 'gatehouse-client'
import { useCallback } from 'react'
import { client } from '../../client.ts'
import { Button } from '../../ui/button.tsx'
import { Panel } from '../../ui/panel.tsx'
import { usePages } from '../../ui/use-pages.ts'
import { language } from '../../words/words.ts'
import { ActNotice } from '../act-notice.tsx'
import { Facts } from '../facts.tsx'
import { Moment } from '../moment.tsx'
import { PageList } from '../page-list.tsx'
import { useAct } from '../use-act.ts'
import { sayConsole } from '../words.ts'
import { sayWebhooks } from './words.ts'

type Delivery = Answer<'GET /api/v1/admin/webhooks/{id}/deliveries'>['deliveries'][number]

/** What was sent to an address, newest first, with every attempt. */
export function Deliveries({ endpoint }: { endpoint: string }) {
  const load = useCallback(
    async (cursor: string | undefined, signal?: AbortSignal) => {
      const search = cursor ? { cursor } : {}
      const answer = await client.webhooks.deliveries(endpoint, search, signal ? { signal } : {})
      return { items: answer.deliveries, next: answer.next_cursor }
    },
    [endpoint],
  )
  const pages = usePages(load)
  const acting = useAct()
  const replay = (id: string) => () =>
    client.webhooks.replay(endpoint, id).then(() => pages.list.reload())
  return (
    <Panel title={sayWebhooks('deliveries')}>
      <div className="acts">
        <Button onPress={() => void pages.list.reload()}>{sayConsole('refresh')}</Button>
      </div>
      <ActNotice of={acting} />
      <PageList pages={pages} label={sayWebhooks('deliveries')} keyOf={({ id }) => id}>
        {(delivery) => (
          <Entry
            delivery={delivery}
            onReplay={() => acting.act(replay(delivery.id), sayWebhooks('replayed'))}
          />
        )}
      </PageList>
    </Panel>
  )
}

const kinds: Partial<Record<Delivery['status'], string>> = {
  pending: 'pending',
  delivered: 'active',
  dead: 'failure',
}

function Entry({ delivery, onReplay }: { delivery: Delivery; onReplay: () => void }) {
  const { type, status, created_at, attempts, next_attempt_at, tries } = delivery
  return (
    <details className="event">
      <summary>
        <strong>{type}</strong>
        <span className={`mark ${kinds[status] ?? ''}`}>{sayWebhooks(status)}</span>
        <small>
          <Moment at={created_at} />
        </small>
      </summary>
      <Facts
        of={[
          [sayWebhooks('attempts'), attempts.toLocaleString(language)],
          ...tries.map(
            ({ at, status: code, error, ms }) =>
              [
                <Moment key={at} at={at} />,
                `${code ?? error ?? sayWebhooks('noAnswer')}, ${ms} ms`,
              ] as const,
          ),
          ...(next_attempt_at
            ? [[sayWebhooks('next'), <Moment key="next" at={next_attempt_at} />] as const]
            : []),
        ]}
      />
      {status !== 'pending' && (
        <p>
          <Button onPress={onReplay}>{sayWebhooks('replay')}</Button>
        </p>
      )}
    </details>
  )
}
