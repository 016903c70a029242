import type { Device } from 'gatehouse-client'
import { useState } from 'react'
import { client } from '../../client.ts'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { Loader } from '../../ui/loader.tsx'
import { Panel } from '../../ui/panel.tsx'
import { useLoaded } from '../../ui/use-loaded.ts'
import { when } from '../../ui/when.ts'
import { deviceOf } from '../place.ts'
import { saySessions } from './words.ts'

const load = async (signal: AbortSignal) =>
  (await client.devices.list(undefined, { signal })).devices

/** Devices that stand for a second factor. */
export function DevicesPanel() {
  const devices = useLoaded(load)
  const [forgetting, setForgetting] = useState<Device | null>(null)
  return (
    <Panel title={saySessions('devices')}>
      <Loader of={devices}>
        {(list) => (
          <>
            <p>{saySessions(list.length > 0 ? 'devicesText' : 'noDevices')}</p>
            <ul className="rows">
              {list.map((device) => (
                <li key={device.id}>
                  <span>
                    {deviceOf(device)}{' '}
                    {device.current && <span className="mark">{saySessions('thisOne')}</span>}
                    <small>
                      {saySessions('until', when(device.remembered_until))} ·{' '}
                      {saySessions('seen', when(device.last_seen_at))}
                    </small>
                  </span>
                  <span className="row-acts">
                    <Button kind="quiet" onPress={() => setForgetting(device)}>
                      {saySessions('forget')}
                    </Button>
                  </span>
                </li>
              ))}
            </ul>
          </>
        )}
      </Loader>
      {forgetting && (
        <Confirm
          title={saySessions('forgetDevice')}
          act={saySessions('forget')}
          onClose={() => setForgetting(null)}
          onAct={async () => {
            await client.devices.forget(forgetting.id)
            await devices.reload()
          }}
        >
          <p>
            <strong>{deviceOf(forgetting)}</strong>
          </p>
          <p>{saySessions('forgetText')}</p>
        </Confirm>
      )}
    </Panel>
  )
}
