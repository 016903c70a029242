import { RequireAuth, useAuth } from 'gatehouse-client/react'
import { useEffect } from 'react'
import { client } from '../client.ts'
import { go } from '../router.tsx'
import { Button } from '../ui/button.tsx'
import { Page } from '../ui/page.tsx'
import { say } from '../words/words.ts'
import { Profile } from './profile.tsx'

/** For whoever is signed in; everybody else is sent to do that first. */
export function Account() {
  return (
    <RequireAuth
      fallback={<ToSignIn />}
      loading={<Page title={say('account')}>{say('loading')}</Page>}
      unreachable={<Unreachable />}
    >
      <Page title={say('account')} isWide>
        <Profile />
        <Button onPress={() => void client.logout()}>{say('signOut')}</Button>
      </Page>
    </RequireAuth>
  )
}

function ToSignIn() {
  useEffect(() => go('/login'), [])
  return null
}

function Unreachable() {
  const { reload } = useAuth()
  return (
    <Page title={say('account')}>
      <p role="alert">{say('NETWORK_ERROR')}</p>
      <Button kind="primary" onPress={() => void reload()}>
        {say('tryAgain')}
      </Button>
    </Page>
  )
}
