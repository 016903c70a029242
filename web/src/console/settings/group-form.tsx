import type { Tenant, TenantSettings } from 'gatehouse-client'
import { useAuth } from 'gatehouse-client/react'
import { useState } from 'react'
import { ownersOnly } from '../../../../src/tenants/owners-only.ts'
import { client } from '../../client.ts'
import { SendingForm } from '../../forms/sending-form.tsx'
import { useSending } from '../../forms/use-sending.ts'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { Panel } from '../../ui/panel.tsx'
import type { Loaded } from '../../ui/use-loaded.ts'
import { sayConsole } from '../words.ts'
import { changesOf, withValue } from './draft.ts'
import { type Group, keysOf, type Setting } from './groups.ts'
import { Preview } from './preview.tsx'
import { SettingField } from './setting-field.tsx'
import { settingSentences } from './setting-sentences.ts'
import { saySettings } from './words.ts'

const isForOwners = (name?: string) => ownersOnly.some((each) => each === name)

interface GroupFormProps {
  group: Group
  tenant: Tenant
  loaded: Loaded<Tenant>
}

/** A group of settings and their button. What is sent names the version that was read: nobody is overwritten. */
export function GroupForm({ group, tenant, loaded }: GroupFormProps) {
  const sending = useSending(settingSentences)
  const [draft, setDraft] = useState(tenant.settings)
  const [done, setDone] = useState('')
  const [isAsking, setAsking] = useState(false)
  const { user } = useAuth()
  const isOwner = user?.roles.includes('owner') === true
  const changes = changesOf(tenant.settings, draft, keysOf(group))

  async function write(settings: TenantSettings): Promise<void> {
    const { slug, version } = tenant
    const answer = await client.tenants.update(slug, { settings, version })
    loaded.set(answer)
    setDraft(answer.settings)
    setDone(sayConsole('saved'))
  }
  async function readAgain(): Promise<void> {
    const answer = await client.tenants.get(tenant.slug)
    loaded.set(answer)
    setDraft(answer.settings)
  }
  /** All of them that this person may take back. */
  const takenBack = () =>
    Object.fromEntries(
      keysOf(group)
        .filter((key) => isOwner || !isForOwners(key))
        .map((key) => [key, null]),
    )
  const isLocked = ({ path }: Setting) => !isOwner && isForOwners(path.split('.')[0])

  return (
    <div className={group.hasPreview ? 'beside' : ''}>
      <Panel title={saySettings(group.name)}>
        <SendingForm
          sending={sending}
          submit={sayConsole('save')}
          onSubmit={async () => {
            setDone('')
            if (Object.keys(changes).length === 0) return setDone(saySettings('nothingChanged'))
            await write(changes)
          }}
        >
          {group.settings.map((setting) => (
            <fieldset
              // What was read anew takes the place of what was typed.
              key={`${setting.path} ${tenant.version}`}
              className="setting"
              disabled={isLocked(setting)}
            >
              <SettingField
                setting={setting}
                settings={tenant.settings}
                errors={sending.errors}
                onChange={(path, value) => setDraft((now) => withValue(now, path, value))}
              />
              {isLocked(setting) && <p className="hint">{saySettings('ownersOnly')}</p>}
            </fieldset>
          ))}
        </SendingForm>
        <p role="status" className="done">
          {done}
        </p>
        <div className="acts">
          {sending.refusal?.code === 'VERSION_CONFLICT' && (
            <Button onPress={() => void sending.run(readAgain)}>{sayConsole('refresh')}</Button>
          )}
          <Button kind="quiet" onPress={() => setAsking(true)}>
            {saySettings('takeBack')}
          </Button>
        </div>
        {isAsking && (
          <Confirm
            title={saySettings('takeBack')}
            act={saySettings('takeBack')}
            onAct={() => write(takenBack())}
            onClose={() => setAsking(false)}
          >
            <p>{saySettings('takeBackText')}</p>
          </Confirm>
        )}
      </Panel>
      {group.hasPreview && <Preview settings={changes} />}
    </div>
  )
}
