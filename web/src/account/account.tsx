import { RequireAuth, useAuth } from 'gatehouse-client/react'
import { Suspense, useEffect } from 'react'
import { client } from '../client.ts'
import { type LazyPage, lazyPage } from '../lazy-page.ts'
import { signInFirst } from '../return-to.ts'
import { go, usePath } from '../router.tsx'
import { StepUp } from '../step-up/step-up.tsx'
import { Area } from '../ui/area.tsx'
import { Button } from '../ui/button.tsx'
import { Page } from '../ui/page.tsx'
import { Waiting } from '../ui/waiting.tsx'
import { say } from '../words/words.ts'
import { Profile } from './profile/profile.tsx'
import { sayAccount } from './words.ts'

const pages: Record<string, LazyPage> = {
  '/account/security/password': lazyPage(() =>
    import('./security/password/password.tsx').then((m) => m.Password),
  ),
  '/account/security': lazyPage(() => import('./security/security.tsx').then((m) => m.Security)),
}

/** For whoever is signed in; everybody else is sent to do that first. */
export function Account() {
  const path = usePath()
  const Shown = pages[path] ?? Profile
  return (
    <RequireAuth fallback={<ToSignIn />} loading={<Waiting />} unreachable={<Unreachable />}>
      <Area
        name={sayAccount('pages')}
        links={[
          { to: '/account', label: sayAccount('profile') },
          {
            to: '/account/security',
            label: sayAccount('security'),
            isCurrent: path.startsWith('/account/security'),
          },
        ]}
        head={
          <Button kind="quiet" onPress={() => void client.logout()}>
            {say('signOut')}
          </Button>
        }
      >
        <Suspense fallback={<p role="status">{say('loading')}</p>}>
          <Shown />
        </Suspense>
      </Area>
      <StepUp />
    </RequireAuth>
  )
}

function ToSignIn() {
  const { endedBy } = useAuth()
  useEffect(() => {
    if (endedBy === 'logout') go('/login')
    else signInFirst()
  }, [endedBy])
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
