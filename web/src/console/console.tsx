import { useAuth } from 'gatehouse-client/react'
import { client } from '../client.ts'
import { Link } from '../router.tsx'
import { SignedIn } from '../signed-in.tsx'
import { Button } from '../ui/button.tsx'
import { Page } from '../ui/page.tsx'
import { say } from '../words/words.ts'
import { Frame } from './frame.tsx'
import { sayConsole } from './words.ts'
import './console.css'

/** For those who administer the tenant. What they may do is decided by the service, at each act. */
export function Console() {
  return (
    <SignedIn title={sayConsole('title')} roles={['owner', 'admin']} forbidden={<NotAllowed />}>
      <Administrators />
    </SignedIn>
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
