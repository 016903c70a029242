import { useCallback, useState } from 'react'
import { useGuard } from '../router.tsx'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { saveFile } from '../ui/save-file.ts'
import { sayFactor } from './words.ts'
import './factors.css'

interface BackupCodesProps {
  codes: readonly string[]
  onKept: () => void
}

/** New backup codes, this once: to copy, to print, to download. They are not left by mistake. */
export function BackupCodes({ codes, onKept }: BackupCodesProps) {
  const [isCopied, setCopied] = useState(false)
  const [leaving, setLeaving] = useState<(() => void) | null>(null)
  useGuard(useCallback((leave) => setLeaving(() => leave), []))
  const stay = () => setLeaving(null)
  const text = `${codes.join('\n')}\n`
  const copy = () => navigator.clipboard.writeText(text).then(() => setCopied(true), console.error)
  return (
    <section className="backup-codes" aria-label={sayFactor('backupCodes')}>
      <p>{sayFactor('backupCodesText')}</p>
      <ul className="codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <div className="acts">
        <Button onPress={() => void copy()}>{sayFactor('copy')}</Button>
        <Button onPress={() => saveFile(sayFactor('fileName'), 'text/plain', text)}>
          {sayFactor('download')}
        </Button>
        <Button onPress={() => print()}>{sayFactor('print')}</Button>
      </div>
      <p role="status">{isCopied && sayFactor('copied')}</p>
      <Button kind="primary" onPress={onKept}>
        {sayFactor('kept')}
      </Button>
      {leaving && (
        <Dialog title={sayFactor('notKept')} onClose={stay}>
          <p>{sayFactor('notKeptText')}</p>
          <Button kind="primary" onPress={stay}>
            {sayFactor('stay')}
          </Button>
          <Button kind="danger" onPress={leaving}>
            {sayFactor('leave')}
          </Button>
        </Dialog>
      )}
    </section>
  )
}
