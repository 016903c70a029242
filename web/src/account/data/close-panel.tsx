import { useAuth } from 'gatehouse-client/react'
import { useState } from 'react'
import { client } from '../../client.ts'
import { go } from '../../router.tsx'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { Panel } from '../../ui/panel.tsx'
import { closedAt } from '../closed.tsx'
import { sayData } from './words.ts'

export function ClosePanel() {
  const { user } = useAuth()
  const [isAsking, setAsking] = useState(false)
  const address = user?.email ?? user?.phone_e164 ?? ''
  return (
    <Panel title={sayData('close')}>
      <p>{sayData('closeText')}</p>
      <div className="acts">
        <Button onPress={() => setAsking(true)}>{sayData('closeAct')}</Button>
      </div>
      {isAsking && (
        <Confirm
          title={sayData('closeAsk')}
          act={sayData('closeAct')}
          typed={address}
          onClose={() => setAsking(false)}
          onAct={async () => {
            const { deletes_at } = await client.me.close()
            go(closedAt(deletes_at))
          }}
        >
          <p>{sayData('closeText')}</p>
        </Confirm>
      )}
    </Panel>
  )
}
