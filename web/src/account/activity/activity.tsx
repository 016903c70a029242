import type { ActivityEvent } from 'gatehouse-client'
import { client } from '../../client.ts'
import { factorNames } from '../../factors/proof-form.tsx'
import { Button } from '../../ui/button.tsx'
import { Heading } from '../../ui/heading.tsx'
import { Loader } from '../../ui/loader.tsx'
import { Notice } from '../../ui/notice.tsx'
import { usePages } from '../../ui/use-pages.ts'
import { when } from '../../ui/when.ts'
import { say } from '../../words/words.ts'
import { deviceOf, placeOf } from '../place.ts'
import { providerNames } from '../provider-names.ts'
import { sayAccount } from '../words.ts'
import { eventIn, sayActivity } from './words.ts'

async function load(cursor: string | undefined, signal?: AbortSignal) {
  const page = await client.me.activity(cursor ? { cursor } : {}, signal ? { signal } : {})
  return { items: page.events, next: page.next_cursor }
}

/** What has happened to the account, in the words of its owner. */
export function Activity() {
  const { list, sending, more } = usePages(load)
  return (
    <>
      <Heading title={sayAccount('activity')} />
      <div className="panel">
        <p>{sayActivity('text')}</p>
        <Loader of={list}>
          {({ items, next }) => (
            <>
              {items.length === 0 && <p role="status">{sayActivity('empty')}</p>}
              <ul className="rows">
                {items.map((event) => (
                  <Row key={event.id} event={event} />
                ))}
              </ul>
              <Notice refusal={sending.refusal} />
              {next && (
                <div className="acts">
                  <Button isPending={sending.isSending} onPress={more}>
                    {sayActivity('more')}
                  </Button>
                </div>
              )}
            </>
          )}
        </Loader>
      </div>
    </>
  )
}

function Row({ event }: { event: ActivityEvent }) {
  const { action, outcome, reason, occurred_at, user_agent } = event
  const detail = reason && detailOf(reason)
  const from = [user_agent && deviceOf(event), placeOf(event)].filter(Boolean).join(' · ')
  return (
    <li>
      <span>
        {eventIn(action)}
        {detail && `: ${detail}`}{' '}
        {outcome === 'failure' && !action.endsWith('refused') && (
          <span className="mark failure">{sayActivity('failed')}</span>
        )}
        <small>
          <time dateTime={occurred_at}>{when(occurred_at)}</time>
        </small>
        {from && <small>{from}</small>}
      </span>
    </li>
  )
}

/** What it was about, where a word of the trail says that to anybody. */
function detailOf(reason: string): string | undefined {
  const factor = factorNames[reason]
  return factor ? say(factor) : providerNames[reason]
}
