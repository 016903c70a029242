import { useAuth } from 'gatehouse-client/react'
import { Link } from '../router.tsx'
import { LanguageSwitch } from '../ui/language-switch.tsx'
import { Page } from '../ui/page.tsx'
import { say } from '../words/words.ts'
import { sayHome } from './words.ts'

/** Where somebody lands who has only the name of the host. */
export function Home() {
  const { status } = useAuth()
  return (
    <Page title={sayHome('welcome')}>
      <p>{sayHome('running')}</p>
      {status === 'signedIn' ? (
        <Link to="/account" kind="primary">
          {say('account')}
        </Link>
      ) : (
        <>
          <Link to="/login" kind="primary">
            {say('signIn')}
          </Link>
          <Link to="/register" kind="plain">
            {say('signUp')}
          </Link>
        </>
      )}
      <h2>{sayHome('forDevelopers')}</h2>
      <ul>
        <li>
          <a href="/docs">{sayHome('docs')}</a>
        </li>
        <li>
          <a href="/openapi.json">{sayHome('openApi')}</a>
        </li>
      </ul>
      <LanguageSwitch />
    </Page>
  )
}
