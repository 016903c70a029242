import { useAuth } from 'gatehouse-client/react'
import { useState } from 'react'
import { client } from '../../client.ts'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ActNotice } from '../act-notice.tsx'
import { nameOf } from '../person-name.ts'
import { useAct } from '../use-act.ts'
import { RoleForm } from './role-form.tsx'
import type { ShownUser } from './shown-user.ts'
import { sayUsers, type UsersName } from './words.ts'

interface UserActsProps {
  user: ShownUser
  onChanged: () => Promise<void>
  onGone: () => void
}

interface Question {
  title: UsersName
  text: UsersName
  submit: UsersName
  done: UsersName
  typed?: string
  work: () => Promise<unknown>
}

/** What an administrator does to somebody else’s account. Their own is for the pages of the account. */
export function UserActs({ user, onChanged, onGone }: UserActsProps) {
  const [asked, setAsked] = useState<Question | null>(null)
  const acting = useAct()
  const { user: self } = useAuth()
  if (self?.id === user.id) return <p>{sayUsers('yourself')}</p>
  if (user.roles.includes('owner') && !self?.roles.includes('owner')) {
    return <p>{sayUsers('ownersAlone')}</p>
  }
  const { id, status } = user

  const disabling: Question = {
    title: 'disableTitle',
    text: 'disableText',
    submit: 'disable',
    done: 'disabled',
    work: () => client.admin.changeUser(id, { status: 'disabled' }).then(onChanged),
  }
  const ending: Question = {
    title: 'endTitle',
    text: 'endText',
    submit: 'endSessions',
    done: 'ended',
    work: () => client.admin.endSessions(id).then(onChanged),
  }
  const deleting: Question = {
    title: 'deleteTitle',
    text: 'deleteText',
    submit: 'delete',
    done: 'gone',
    typed: user.email ?? user.phone_e164 ?? id,
    work: () => client.admin.deleteUser(id).then(onGone),
  }
  const enable = () => client.admin.changeUser(id, { status: 'active' }).then(onChanged)
  const reset = () => client.admin.startReset(id)

  return (
    <Panel title={sayUsers('acts')}>
      <div className="acts">
        {status === 'active' && (
          <Button onPress={() => setAsked(disabling)}>{sayUsers('disable')}</Button>
        )}
        {status === 'disabled' && (
          <Button onPress={() => acting.act(enable, sayUsers('enabled'))}>
            {sayUsers('enable')}
          </Button>
        )}
        {user.live_sessions > 0 && (
          <Button onPress={() => setAsked(ending)}>{sayUsers('endSessions')}</Button>
        )}
        {user.email && status === 'active' && (
          <Button onPress={() => acting.act(reset, sayUsers('resetSent'))}>
            {sayUsers('reset')}
          </Button>
        )}
        <Button kind="danger" onPress={() => setAsked(deleting)}>
          {sayUsers('delete')}
        </Button>
      </div>
      <ActNotice of={acting} />
      <RoleForm user={user} onChanged={onChanged} />
      {asked && (
        <Confirm
          title={sayUsers(asked.title)}
          act={sayUsers(asked.submit)}
          {...(asked.typed ? { typed: asked.typed } : {})}
          onAct={async () => {
            await asked.work()
            acting.setDone(sayUsers(asked.done))
          }}
          onClose={() => setAsked(null)}
        >
          <p>{sayUsers(asked.text, nameOf(user))}</p>
        </Confirm>
      )}
    </Panel>
  )
}
