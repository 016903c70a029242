import { useState } from 'react'
import { client } from '../../client.ts'
import { go } from '../../router.tsx'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { Heading } from '../../ui/heading.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ActNotice } from '../act-notice.tsx'
import { Moment } from '../moment.tsx'
import { useAct } from '../use-act.ts'
import { sayConsole } from '../words.ts'
import { Deliveries } from './deliveries.tsx'
import type { Endpoint } from './endpoint.ts'
import { EndpointForm } from './endpoint-form.tsx'
import { Secret } from './secret.tsx'
import { sayWebhooks } from './words.ts'

interface EndpointPageProps {
  endpoint: Endpoint
  onChanged: () => Promise<void>
}

/** One address: what it is told, what was sent to it, and what can be done about it. */
export function EndpointPage({ endpoint, onChanged }: EndpointPageProps) {
  const { id, status, failing_since, previous_secret_until } = endpoint
  const acting = useAct()
  const [asked, setAsked] = useState<'rotate' | 'remove' | null>(null)
  const [secret, setSecret] = useState<string | null>(null)
  const [tests, setTests] = useState(0)
  const change = (next: 'active' | 'paused') => () =>
    client.webhooks.update(id, { status: next }).then(onChanged)
  const test = () => client.webhooks.test(id).then(() => setTests(tests + 1))
  const close = () => setAsked(null)

  return (
    <>
      <Heading title={endpoint.url} />
      <p className="marks">
        <span className={`mark ${status === 'off' ? 'failure' : status}`}>
          {sayWebhooks(status)}
        </span>
      </p>
      {failing_since && (
        <p>
          {sayWebhooks('failing')} <Moment at={failing_since} />
        </p>
      )}
      {previous_secret_until && (
        <p>
          {sayWebhooks('oldUntil')} <Moment at={previous_secret_until} />
        </p>
      )}
      <div className="acts">
        <Button onPress={() => acting.act(test, sayWebhooks('tested'))}>
          {sayWebhooks('test')}
        </Button>
        {status === 'active' ? (
          <Button onPress={() => acting.act(change('paused'), sayWebhooks('pausedNow'))}>
            {sayWebhooks('pause')}
          </Button>
        ) : (
          <Button onPress={() => acting.act(change('active'), sayWebhooks('resumed'))}>
            {sayWebhooks('resume')}
          </Button>
        )}
        <Button onPress={() => setAsked('rotate')}>{sayWebhooks('rotate')}</Button>
        <Button kind="danger" onPress={() => setAsked('remove')}>
          {sayConsole('remove')}
        </Button>
      </div>
      <ActNotice of={acting} />
      {secret && <Secret secret={secret} onKept={() => setSecret(null)} />}
      <Panel title={sayConsole('change')}>
        <EndpointForm
          endpoint={endpoint}
          submit={sayConsole('save')}
          onSend={async (given) => {
            await client.webhooks.update(id, given)
            await onChanged()
            acting.setDone(sayConsole('saved'))
          }}
        />
      </Panel>
      <Deliveries key={tests} endpoint={id} />
      {asked === 'rotate' && (
        <Confirm
          title={sayWebhooks('rotateTitle')}
          act={sayWebhooks('rotate')}
          onAct={async () => {
            const made = await client.webhooks.rotateSecret(id)
            setSecret(made.secret)
            await onChanged()
          }}
          onClose={close}
        >
          <p>{sayWebhooks('rotateText')}</p>
        </Confirm>
      )}
      {asked === 'remove' && (
        <Confirm
          title={sayWebhooks('removeTitle')}
          act={sayConsole('remove')}
          onAct={async () => {
            await client.webhooks.remove(id)
            await onChanged()
            go('/console/webhooks')
          }}
          onClose={close}
        >
          <p>{sayWebhooks('removeText')}</p>
        </Confirm>
      )}
    </>
  )
}
