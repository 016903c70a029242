import { useId, useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { Heading } from '../../ui/heading.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Panel } from '../../ui/panel.tsx'
import { sayConsole } from '../words.ts'
import { Report } from './report.tsx'
import { useImport } from './use-import.ts'
import { sayImport } from './words.ts'
import './import.css'

const example = JSON.stringify({
  email: 'somebody@example.com',
  email_verified: true,
  first_name: 'Rahima',
  last_name: 'Khatun',
  password_hash: { algorithm: 'bcrypt', hash: '$2b$10$…' },
})

/** Accounts of another service, from a file. */
export function Import() {
  const importing = useImport()
  const { sending, progress } = importing
  const [isMissing, setMissing] = useState(false)
  const id = useId()
  const isDone = progress !== null && progress.done === progress.all

  async function begin(input: HTMLInputElement | null): Promise<void> {
    const file = input?.files?.[0]
    setMissing(!file)
    if (file) importing.begin(await file.text())
    else input?.focus()
  }

  return (
    <>
      <Heading title={sayConsole('import')} />
      <p>{sayImport('text')}</p>
      <details>
        <summary>{sayImport('example')}</summary>
        <p>
          <code className="sample">{example}</code>
        </p>
      </details>
      <Panel title={sayImport('fileTitle')}>
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault()
            void begin(event.currentTarget.querySelector('input'))
          }}
        >
          <div className="field">
            <label htmlFor={id}>{sayImport('file')}</label>
            <input
              id={id}
              type="file"
              name="file"
              accept=".ndjson,.jsonl,.json,.txt"
              disabled={sending.isSending}
              aria-invalid={isMissing}
              aria-describedby={isMissing ? `${id}error` : undefined}
            />
            {isMissing && (
              <span id={`${id}error`} className="error">
                {sayImport('chooseFile')}
              </span>
            )}
          </div>
          <Button kind="primary" type="submit" isPending={sending.isSending}>
            {sayImport('begin')}
          </Button>
        </form>
        <Notice refusal={sending.refusal} />
        {progress && (
          <div className="acts">
            {sending.isSending && <Button onPress={importing.stop}>{sayImport('stop')}</Button>}
            {!sending.isSending && !isDone && (
              <Button kind="primary" onPress={importing.goOn}>
                {sayImport('goOn')}
              </Button>
            )}
          </div>
        )}
      </Panel>
      {progress && (
        <Report progress={progress} isRunning={sending.isSending} isWaiting={importing.isWaiting} />
      )}
    </>
  )
}
