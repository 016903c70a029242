import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { saveFile } from '../ui/save-file.ts'
import { sayFactor } from './words.ts'
import './factors.css'

interface BackupCodesProps {
  codes: readonly string[]
  onKept: () => void
}

/** New backup codes, this once: to copy, to print, to download. */
export function BackupCodes({ codes, onKept }: BackupCodesProps) {
  const [isCopied, setCopied] = useState(false)
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
    </section>
  )
}
