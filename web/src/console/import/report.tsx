import { Button } from '../../ui/button.tsx'
import { Panel } from '../../ui/panel.tsx'
import { saveFile } from '../../ui/save-file.ts'
import { language } from '../../words/words.ts'
import { Facts } from '../facts.tsx'
import { fieldSentences } from '../field-sentences.ts'
import { Table } from '../table.tsx'
import type { Progress } from './use-import.ts'
import { sayImport } from './words.ts'

/** Lines that the page lists; all of them are in the file. */
const listed = 200

const shownAs = (count: number) => count.toLocaleString(language)

interface ReportProps {
  progress: Progress
  isRunning: boolean
  isWaiting: boolean
}

/** How far it is, and which lines were not taken. */
export function Report({ progress, isRunning, isWaiting }: ReportProps) {
  const { done, all, created, exists, refused } = progress
  const shown = refused.slice(0, listed)
  return (
    <Panel title={sayImport('progress')}>
      <progress aria-label={sayImport('progress')} max={all} value={done} />
      <p role="status">
        {sayImport('lines', `${shownAs(done)} / ${shownAs(all)}`)}.{' '}
        {isWaiting && sayImport('waiting')}
        {!isRunning && sayImport(done === all ? 'finished' : 'stopped')}
      </p>
      <Facts
        of={[
          [sayImport('created'), created],
          [sayImport('exists'), exists],
          [sayImport('refused'), refused.length],
        ]}
      />
      {refused.length > 0 && (
        <>
          <h3>{sayImport('refused')}</h3>
          <Table
            name={sayImport('refused')}
            heads={[sayImport('line'), sayImport('field'), sayImport('why')]}
            rows={shown.flatMap(({ line, errors }) =>
              errors.map(({ field, code, message }) => [
                line,
                field,
                fieldSentences.get(code) ?? message,
              ]),
            )}
          />
          {refused.length > listed && <p>{sayImport('more', refused.length - listed)}</p>}
          <div className="acts">
            <Button
              onPress={() => {
                const lines = refused.map(({ text }) => `${text}\n`).join('')
                saveFile('refused.ndjson', 'application/x-ndjson', lines)
              }}
            >
              {sayImport('saveRefused')}
            </Button>
          </div>
        </>
      )}
    </Panel>
  )
}
