import { useCallback, useState } from 'react'
import { providerNames } from '../../account/provider-names.ts'
import { client } from '../../client.ts'
import { factorNames } from '../../factors/proof-form.tsx'
import { Link } from '../../router.tsx'
import { Heading } from '../../ui/heading.tsx'
import { Loader } from '../../ui/loader.tsx'
import { Panel } from '../../ui/panel.tsx'
import { useLoaded } from '../../ui/use-loaded.ts'
import { say } from '../../words/words.ts'
import { Facts } from '../facts.tsx'
import { Moment } from '../moment.tsx'
import { nameOf } from '../person-name.ts'
import { roleOf } from '../roles.ts'
import { sayConsole } from '../words.ts'
import type { ShownUser } from './shown-user.ts'
import { UserActs } from './user-acts.tsx'
import { UserStatus } from './user-status.tsx'
import { sayUsers } from './words.ts'

export function UserPage({ id }: { id: string }) {
  const [isGone, setGone] = useState(false)
  const load = useCallback(
    (signal: AbortSignal) => client.admin.user(id, undefined, { signal }),
    [id],
  )
  const loaded = useLoaded(load)
  return (
    <>
      <p>
        <Link to="/console/users">{sayUsers('backToUsers')}</Link>
      </p>
      {isGone ? (
        <>
          <Heading title={sayUsers('account')} />
          <p role="status">{sayUsers('gone')}</p>
        </>
      ) : (
        <Loader of={loaded}>
          {(user) => (
            <>
              <Heading title={nameOf(user)} />
              <p className="marks">
                <UserStatus status={user.status} />
                <span className="mark role">{sayConsole(roleOf(user.roles))}</span>
              </p>
              <UserActs user={user} onChanged={loaded.reload} onGone={() => setGone(true)} />
              <Account user={user} />
              <WaysIn user={user} />
              <p>
                <Link to={`/console/audit?user=${user.id}`}>{sayUsers('trail')}</Link>
              </p>
            </>
          )}
        </Loader>
      )}
    </>
  )
}

function Account({ user }: { user: ShownUser }) {
  const proven = (value: string | null, isProven: boolean) =>
    value ? `${value}${isProven ? '' : ` (${sayUsers('notProven')})`}` : sayUsers('none')
  const given = [
    [sayUsers('birth'), user.date_of_birth],
    [sayUsers('gender'), user.gender],
    [sayUsers('mobile'), user.mobile],
    ...Object.entries(user.extra).map(([name, value]) => [name, String(value)]),
  ] as [string, string | null][]
  return (
    <Panel title={sayUsers('account')}>
      <Facts
        of={[
          [say('email'), proven(user.email, user.email_verified)],
          [say('phone'), proven(user.phone_e164, user.phone_verified)],
          ...given.filter(([, value]) => value),
          [sayUsers('language'), user.locale],
          [sayUsers('created'), <Moment key="created" at={user.created_at} />],
          [sayUsers('lastSignIn'), <Moment key="last" at={user.last_login_at} />],
          ...user.consents.map(
            ({ kind, version, accepted_at }) =>
              [
                `${sayUsers('consents')}: ${kind} ${version}`,
                <Moment key={kind} at={accepted_at} />,
              ] as const,
          ),
          [sayUsers('id'), <code key="id">{user.id}</code>],
        ]}
      />
    </Panel>
  )
}

function WaysIn({ user }: { user: ShownUser }) {
  const used = (at: string | null) => (
    <>
      {sayUsers('lastUsed')}: <Moment at={at} />
    </>
  )
  return (
    <Panel title={sayUsers('waysIn')}>
      <Facts
        of={[
          [sayUsers('liveSessions'), user.live_sessions],
          [sayUsers('password'), sayUsers(user.has_password ? 'set' : 'none')],
          ...user.factors.map(
            ({ id, type, name, last_used_at }) =>
              [
                `${say(factorNames[type] ?? 'code')}${name ? `: ${name}` : ''}`,
                <span key={id}>{used(last_used_at)}</span>,
              ] as const,
          ),
          [sayUsers('backupCodes'), user.backup_codes_left],
          ...user.identities.map(
            ({ id, provider, email, last_used_at }) =>
              [
                `${providerNames[provider] ?? provider}${email ? `: ${email}` : ''}`,
                <span key={id}>{used(last_used_at)}</span>,
              ] as const,
          ),
        ]}
      />
    </Panel>
  )
}
