import { RequireAuth, useAuth } from 'gatehouse-client/react'
import { useEffect } from 'react'
import { client } from '../client.ts'
import { go, Link } from '../router.tsx'
import { Button } from '../ui/button.tsx'
import { Page } from '../ui/page.tsx'
import { say } from '../words/words.ts'
import { Frame } from './frame.tsx'
import { sayConsole } from './words.ts'
import './console.css'

/** For those who administer the tenant. What they may do is decided by the service, at each act. */
export function Console() {
  return (
    <RequireAuth
      roles={['owner', 'admin']}
      fallback={<ToSignIn />}
      loading={<Page title={sayConsole('title')}>{say('loading')}</Page>}
      unreachable={<Unreachable />}
      forbidden={<NotAllowed />}
    >
      <Administrators />
    </RequireAuth>
  )
}

function Administrators() {
  const { user } = useAuth()
  if (user?.mfa_enabled) return <Frame />
  return (
    <Page title={sayConsole('factorNeeded')}>
      <p>{sayConsole('factorNeededText')}</p>
      <p>
        <Link to="/account/security">{sayConsole('toSecurity')}</Link>
      </p>
    </Page>
  )
}

function NotAllowed() {
  return (
    <Page title={sayConsole('notAllowed')}>
      <p>{sayConsole('notAllowedText')}</p>
      <p>
        <Link to="/account">{sayConsole('toAccount')}</Link>
      </p>
      <Button onPress={() => void client.logout()}>{say('signOut')}</Button>
    </Page>
  )
}

function ToSignIn() {
  useEffect(() => go('/login'), [])
  return null
}

function Unreachable() {
  const { reload } = useAuth()
  return (
    <Page title={sayConsole('title')}>
      <p role="alert">{say('NETWORK_ERROR')}</p>
      <Button kind="primary" onPress={() => void reload()}>
        {say('tryAgain')}
      </Button>
    </Page>
  )
}
