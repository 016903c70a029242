import { useAuth } from 'gatehouse-client/react'
import { FormLoader } from '../../forms/form-loader.tsx'
import { Heading } from '../../ui/heading.tsx'
import { Panel } from '../../ui/panel.tsx'
import { say } from '../../words/words.ts'
import { EmailPanel } from './email-panel.tsx'
import { PhonePanel } from './phone-panel.tsx'
import { ProfileForm } from './profile-form.tsx'
import { sayProfile } from './words.ts'

/** Who somebody is, and where they are reached. */
export function Profile() {
  const { user } = useAuth()
  if (!user) return null
  return (
    <>
      <Heading title={say('account')} />
      <EmailPanel user={user} />
      <PhonePanel user={user} />
      <Panel title={sayProfile('about')}>
        <FormLoader name="profile">{(form) => <ProfileForm form={form} user={user} />}</FormLoader>
      </Panel>
    </>
  )
}
