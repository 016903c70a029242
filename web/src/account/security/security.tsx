import type { Answer, Passkey } from 'gatehouse-client'
import { useState } from 'react'
import { client } from '../../client.ts'
import { BackupCodes } from '../../factors/backup-codes.tsx'
import { sayFactor } from '../../factors/words.ts'
import { Link } from '../../router.tsx'
import { Heading } from '../../ui/heading.tsx'
import { Loader } from '../../ui/loader.tsx'
import { Panel } from '../../ui/panel.tsx'
import { useLoaded } from '../../ui/use-loaded.ts'
import { say } from '../../words/words.ts'
import { sayAccount } from '../words.ts'
import { BackupPanel } from './backup-panel.tsx'
import { FactorsPanel } from './factors-panel.tsx'
import { KeysPanel } from './keys-panel.tsx'
import { saySecurity } from './words.ts'

export interface Protection {
  methods: Answer<'GET /api/v1/auth/mfa/methods'>
  keys: Passkey[]
}

/** What the panels of this page have done. */
export interface Changed {
  /** New backup codes, which come with a first factor: they are shown once. */
  backup_codes?: string[]
}

async function load(signal: AbortSignal): Promise<Protection> {
  const [methods, { credentials }] = await Promise.all([
    client.mfa.methods(undefined, { signal }),
    client.passkeys.list(undefined, { signal }),
  ])
  return { methods, keys: credentials }
}

/** Everything that an account is opened with beside its address. */
export function Security() {
  const protection = useLoaded(load)
  const [codes, setCodes] = useState<string[] | null>(null)
  const onChange = async ({ backup_codes }: Changed = {}) => {
    if (backup_codes) setCodes(backup_codes)
    await protection.reload()
  }
  if (codes) {
    return (
      <>
        <Heading title={sayFactor('backupCodes')} />
        <div className="panel">
          <BackupCodes codes={codes} onKept={() => setCodes(null)} />
        </div>
      </>
    )
  }
  return (
    <>
      <Heading title={sayAccount('security')} />
      <Loader of={protection}>
        {({ methods, keys }) => (
          <>
            <Panel title={say('password')}>
              <p>{saySecurity(methods.has_password ? 'passwordText' : 'noPassword')}</p>
              <div className="acts">
                <Link to="/account/security/password" kind="plain">
                  {saySecurity(methods.has_password ? 'changePassword' : 'setPassword')}
                </Link>
              </div>
            </Panel>
            <FactorsPanel methods={methods} onChange={onChange} />
            <KeysPanel keys={keys} onChange={onChange} />
            <BackupPanel methods={methods} onChange={onChange} />
          </>
        )}
      </Loader>
    </>
  )
}
