import { useState } from 'react'
import { client } from '../../client.ts'
import { useSending } from '../../forms/use-sending.ts'
import { Button } from '../../ui/button.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Panel } from '../../ui/panel.tsx'
import { saveFile } from '../../ui/save-file.ts'
import { say } from '../../words/words.ts'
import { sayData } from './words.ts'

/** Milliseconds that gathering all of it may take. */
const patience = 60_000

export function ExportPanel() {
  const sending = useSending()
  const [isSaved, setSaved] = useState(false)
  async function save(): Promise<void> {
    setSaved(false)
    const data = await client.me.export(undefined, { timeout: patience })
    const name = `gatehouse-${data.exported_at.slice(0, 10)}.json`
    saveFile(name, 'application/json', JSON.stringify(data, null, 2))
    setSaved(true)
  }
  return (
    <Panel title={sayData('export')}>
      <p>{sayData('exportText')}</p>
      <Notice refusal={sending.refusal} />
      <div className="acts">
        <Button
          isPending={sending.isSending}
          isDisabled={sending.wait > 0}
          onPress={() => void sending.run(save)}
        >
          {sending.wait > 0 ? say('tryAgainIn', sending.wait) : sayData('download')}
        </Button>
      </div>
      <p role="status">{isSaved && sayData('saved')}</p>
    </Panel>
  )
}
