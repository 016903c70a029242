import type { Member } from 'gatehouse-client'
import { useAuth } from 'gatehouse-client/react'
import { useCallback, useState } from 'react'
import { client } from '../../client.ts'
import { Link } from '../../router.tsx'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { Heading } from '../../ui/heading.tsx'
import { usePages } from '../../ui/use-pages.ts'
import { ActNotice } from '../act-notice.tsx'
import { Moment } from '../moment.tsx'
import { PageList } from '../page-list.tsx'
import { nameOf } from '../person-name.ts'
import { useAct } from '../use-act.ts'
import { sayConsole } from '../words.ts'
import { ChangeRole } from './change-role.tsx'
import { Invitations } from './invitations.tsx'
import { sayMembers } from './words.ts'

/** Only owners act on owners. */
const isWithin = (held: readonly string[] = [], { role }: Member) =>
  role !== 'owner' || held.includes('owner')

type Asked = { act: 'change' | 'remove'; member: Member }

/** Who belongs to the tenant, and who is asked to. */
export function Members() {
  const { user } = useAuth()
  const slug = user?.tenant ?? ''
  const load = useCallback(
    async (cursor: string | undefined, signal?: AbortSignal) => {
      const search = cursor ? { cursor } : {}
      const answer = await client.tenants.members(slug, search, signal ? { signal } : {})
      return { items: answer.members, next: answer.next_cursor }
    },
    [slug],
  )
  const pages = usePages(load)
  const acting = useAct()
  const [asked, setAsked] = useState<Asked | null>(null)
  const close = () => setAsked(null)
  const changed = async (said: string) => {
    acting.setDone(said)
    await pages.list.reload()
  }

  return (
    <>
      <Heading title={sayConsole('members')} />
      <Invitations slug={slug} />
      <ActNotice of={acting} />
      <PageList pages={pages} label={sayConsole('members')} keyOf={({ user_id }) => user_id}>
        {(member) => (
          <>
            <div>
              <Link to={`/console/users/${member.user_id}`}>{nameOf(member)}</Link>
              <small>
                {sayMembers('since')} <Moment at={member.created_at} />
              </small>
            </div>
            <div className="marks">
              <span className="mark role">{sayConsole(member.role)}</span>
              {member.mfa_enabled && <span className="mark">{sayMembers('withFactor')}</span>}
            </div>
            <div className="acts">
              {member.user_id !== user?.id && isWithin(user?.roles, member) && (
                <>
                  <Button kind="quiet" onPress={() => setAsked({ act: 'change', member })}>
                    {sayConsole('role')}
                  </Button>
                  <Button kind="quiet" onPress={() => setAsked({ act: 'remove', member })}>
                    {sayConsole('remove')}
                  </Button>
                </>
              )}
            </div>
          </>
        )}
      </PageList>
      {asked?.act === 'change' && (
        <ChangeRole slug={slug} member={asked.member} onChanged={changed} onClose={close} />
      )}
      {asked?.act === 'remove' && (
        <Confirm
          title={sayMembers('removeTitle', nameOf(asked.member))}
          act={sayConsole('remove')}
          typed={asked.member.email ?? asked.member.phone_e164 ?? asked.member.user_id}
          onAct={async () => {
            await client.tenants.removeMember(slug, asked.member.user_id)
            await changed(sayMembers('removed', nameOf(asked.member)))
          }}
          onClose={close}
        >
          <p>{sayMembers('removeText')}</p>
        </Confirm>
      )}
    </>
  )
}
