import { Link } from '../router.tsx'
import { LanguageSwitch } from '../ui/language-switch.tsx'
import { Page } from '../ui/page.tsx'
import { sayHome } from './words.ts'

/** For an address that leads nowhere. */
export function NotFound() {
  return (
    <Page title={sayHome('notFound')}>
      <p>{sayHome('notFoundText')}</p>
      <Link to="/" kind="primary">
        {sayHome('toHome')}
      </Link>
      <LanguageSwitch />
    </Page>
  )
}
