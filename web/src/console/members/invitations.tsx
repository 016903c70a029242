import { useAuth } from 'gatehouse-client/react'
import { useCallback, useState } from 'react'
import { client } from '../../client.ts'
import { SendingForm } from '../../forms/sending-form.tsx'
import { useSending } from '../../forms/use-sending.ts'
import { Button } from '../../ui/button.tsx'
import { Loader } from '../../ui/loader.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Select } from '../../ui/select.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { useLoaded } from '../../ui/use-loaded.ts'
import { say } from '../../words/words.ts'
import { ActNotice } from '../act-notice.tsx'
import { fieldSentences } from '../field-sentences.ts'
import { Moment } from '../moment.tsx'
import { type Role, rolesToGive } from '../roles.ts'
import { type Act, useAct } from '../use-act.ts'
import { sayConsole } from '../words.ts'
import { sayMembers } from './words.ts'

/** Who was asked to join, and a form that asks one more. */
export function Invitations({ slug }: { slug: string }) {
  const load = useCallback(
    (signal: AbortSignal) => client.tenants.invitations(slug, undefined, { signal }),
    [slug],
  )
  const loaded = useLoaded(load)
  const acting = useAct()
  const withdraw = (id: string) => () =>
    client.tenants.withdrawInvitation(slug, id).then(loaded.reload)
  return (
    <>
      <Invite slug={slug} acting={acting} onSent={loaded.reload} />
      <Panel title={sayMembers('invitations')}>
        <ActNotice of={acting} />
        <Loader of={loaded}>
          {({ invitations }) =>
            invitations.length === 0 ? (
              <p>{sayMembers('noInvitations')}</p>
            ) : (
              <ul className="rows">
                {invitations.map(({ id, email, role, status, expires_at }) => (
                  <li key={id}>
                    <div>
                      {email}
                      <small>
                        {sayConsole(role)} · {sayMembers('until')} <Moment at={expires_at} />
                      </small>
                    </div>
                    <span className={`mark ${status === 'open' ? 'pending' : ''}`}>
                      {sayMembers(status)}
                    </span>
                    {status === 'open' && (
                      <Button
                        kind="quiet"
                        onPress={() => acting.act(withdraw(id), sayMembers('withdrawn'))}
                      >
                        {sayMembers('withdraw')}
                      </Button>
                    )}
                  </li>
                ))}
              </ul>
            )
          }
        </Loader>
      </Panel>
    </>
  )
}

interface InviteProps {
  slug: string
  acting: Act
  onSent: () => Promise<void>
}

function Invite({ slug, acting, onSent }: InviteProps) {
  const sending = useSending(fieldSentences)
  const { user } = useAuth()
  const [sent, setSent] = useState(0)
  return (
    <Panel title={sayMembers('invite')}>
      <p>{sayMembers('inviteText')}</p>
      <div className="line-form">
        <SendingForm
          sending={sending}
          submit={sayMembers('send')}
          onSubmit={async ({ email = '', role }) => {
            if (!email.trim()) return sending.refuse({ email: say('required') })
            await client.tenants.invite(slug, { email: email.trim(), role: role as Role })
            acting.setDone(sayMembers('sent', email.trim()))
            setSent((before) => before + 1)
            await onSent()
          }}
        >
          <TextField
            // An address that was asked makes room for the next.
            key={sent}
            name="email"
            type="email"
            label={say('email')}
            autoComplete="off"
            error={sending.errors.email}
            isRequired
          />
          <Select
            name="role"
            label={sayConsole('role')}
            options={rolesToGive(user?.roles)}
            error={sending.errors.role}
            isRequired
            defaultValue="member"
          />
        </SendingForm>
      </div>
    </Panel>
  )
}
