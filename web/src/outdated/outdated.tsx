import { Button } from '../ui/button.tsx'
import { Page } from '../ui/page.tsx'
import type { Update } from './use-update.ts'
import { sayOutdated } from './words.ts'

/** In place of every page once the service has refused this release of them. */
export function Outdated({ update: { minSupported } }: { update: Update }) {
  return (
    <Page title={sayOutdated('title')}>
      <p>{sayOutdated('text', minSupported)}</p>
      <Button kind="primary" onPress={() => location.reload()}>
        {sayOutdated('reload')}
      </Button>
    </Page>
  )
}
