import { Heading } from '../../ui/heading.tsx'
import { sayAccount } from '../words.ts'
import { DevicesPanel } from './devices-panel.tsx'
import { SessionsPanel } from './sessions-panel.tsx'

/** Where somebody is signed in, and where they are known. */
export function Sessions() {
  return (
    <>
      <Heading title={sayAccount('sessions')} />
      <SessionsPanel />
      <DevicesPanel />
    </>
  )
}
