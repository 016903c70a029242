import { useState } from 'react'
import { client } from '../../client.ts'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { Panel } from '../../ui/panel.tsx'
import type { Changed, Protection } from './security.tsx'
import { saySecurity } from './words.ts'

interface BackupPanelProps {
  methods: Protection['methods']
  onChange: (changed: Changed) => Promise<void>
}

/** How many are left, and new ones in their place. */
export function BackupPanel({ methods, onChange }: BackupPanelProps) {
  const [isAsking, setAsking] = useState(false)
  const title = saySecurity('backupCodes')
  if (!methods.mfa_enabled) {
    return (
      <Panel title={title}>
        <p>{saySecurity('noCodes')}</p>
      </Panel>
    )
  }
  return (
    <Panel title={title}>
      <p>{saySecurity('codesLeft', methods.backup_codes_left)}</p>
      <div className="acts">
        <Button onPress={() => setAsking(true)}>{saySecurity('renewCodes')}</Button>
      </div>
      {isAsking && (
        <Confirm
          title={saySecurity('renewCodes')}
          act={saySecurity('renewCodes')}
          onClose={() => setAsking(false)}
          onAct={async () => onChange(await client.mfa.renewBackupCodes())}
        >
          <p>{saySecurity('renewCodesText')}</p>
        </Confirm>
      )}
    </Panel>
  )
}
