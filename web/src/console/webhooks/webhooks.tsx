import { useState } from 'react'
import { client } from '../../client.ts'
import { Link } from '../../router.tsx'
import { Heading } from '../../ui/heading.tsx'
import { Loader } from '../../ui/loader.tsx'
import { Panel } from '../../ui/panel.tsx'
import { useLoaded } from '../../ui/use-loaded.ts'
import { usePlace } from '../place.ts'
import { sayConsole } from '../words.ts'
import { EndpointForm } from './endpoint-form.tsx'
import { EndpointPage } from './endpoint-page.tsx'
import { Secret } from './secret.tsx'
import { sayWebhooks } from './words.ts'

const load = (signal: AbortSignal) => client.webhooks.list(undefined, { signal })

/** The addresses that are told what happens. */
export function Webhooks() {
  const { item } = usePlace()
  const loaded = useLoaded(load)
  const [secret, setSecret] = useState<string | null>(null)
  if (item) {
    return (
      <>
        <p>
          <Link to="/console/webhooks">{sayWebhooks('back')}</Link>
        </p>
        <Loader of={loaded}>
          {({ webhooks }) => {
            const endpoint = webhooks.find(({ id }) => id === item)
            if (!endpoint) return <Heading title={sayConsole('nowhere')} />
            return <EndpointPage key={item} endpoint={endpoint} onChanged={loaded.reload} />
          }}
        </Loader>
      </>
    )
  }
  return (
    <>
      <Heading title={sayConsole('webhooks')} />
      <p>{sayWebhooks('text')}</p>
      <Loader of={loaded}>
        {({ webhooks }) =>
          webhooks.length === 0 ? (
            <p>{sayWebhooks('none')}</p>
          ) : (
            <ul className="entries" aria-label={sayConsole('webhooks')}>
              {webhooks.map(({ id, url, description, status, events }) => (
                <li key={id}>
                  <div>
                    <Link to={`/console/webhooks/${id}`}>{url}</Link>
                    {description && <small>{description}</small>}
                  </div>
                  <div className="marks">
                    <span className={`mark ${status === 'off' ? 'failure' : status}`}>
                      {sayWebhooks(status)}
                    </span>
                  </div>
                  <small>
                    {events.map((each) => (each === '*' ? sayWebhooks('all') : each)).join(', ')}
                  </small>
                </li>
              ))}
            </ul>
          )
        }
      </Loader>
      {secret ? (
        <Secret secret={secret} onKept={() => setSecret(null)} />
      ) : (
        <Panel title={sayWebhooks('add')}>
          <EndpointForm
            submit={sayWebhooks('addIt')}
            onSend={async (given) => {
              const made = await client.webhooks.create(given)
              setSecret(made.secret)
              await loaded.reload()
            }}
          />
        </Panel>
      )}
    </>
  )
}
