import { useAuth } from 'gatehouse-client/react'
import { Heading } from '../ui/heading.tsx'
import { say } from '../words/words.ts'

export function Profile() {
  const { user } = useAuth()
  if (!user) return null
  const name = [user.first_name, user.last_name].filter(Boolean).join(' ')
  const proven = (value: string | null, isProven: boolean) =>
    value && (isProven ? value : `${value} (${say('unconfirmed')})`)
  const rows = [
    [say('name'), name],
    [say('email'), proven(user.email, user.email_verified)],
    [say('phone'), proven(user.phone_e164, user.phone_verified)],
  ]
  return (
    <>
      <Heading title={say('account')} />
      <section className="panel" aria-labelledby="profile">
        <h2 id="profile">{say('profile')}</h2>
        <dl>
          {rows.map(([label, value]) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{value || say('notGiven')}</dd>
            </div>
          ))}
        </dl>
      </section>
    </>
  )
}
