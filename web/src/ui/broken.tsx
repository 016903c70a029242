import { Component, type ReactNode } from 'react'
import { say } from '../words/words.ts'
import { Button } from './button.tsx'
import { Page } from './page.tsx'

interface BrokenProps {
  children: ReactNode
}

/** In place of a page whose script has failed, or has not come: never nothing. */
export class Broken extends Component<BrokenProps, { hasFailed: boolean }> {
  override state = { hasFailed: false }

  static getDerivedStateFromError(): { hasFailed: boolean } {
    return { hasFailed: true }
  }

  override componentDidCatch(error: unknown): void {
    console.error(error)
  }

  override render(): ReactNode {
    if (!this.state.hasFailed) return this.props.children
    return (
      <Page title={say('broken')}>
        <p role="alert">{say('brokenText')}</p>
        <Button kind="primary" onPress={() => location.reload()}>
          {say('loadAgain')}
        </Button>
        <p>
          <a href="/login">{say('signIn')}</a>
        </p>
      </Page>
    )
  }
}
