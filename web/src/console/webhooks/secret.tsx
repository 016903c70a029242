import { useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { Panel } from '../../ui/panel.tsx'
import { sayWebhooks } from './words.ts'

/** A new secret, this once. */
export function Secret({ secret, onKept }: { secret: string; onKept: () => void }) {
  const [isCopied, setCopied] = useState(false)
  const copy = () =>
    navigator.clipboard.writeText(secret).then(() => setCopied(true), console.error)
  return (
    <Panel title={sayWebhooks('secret')}>
      <p>{sayWebhooks('secretText')}</p>
      <p>
        <code className="secret">{secret}</code>
      </p>
      <div className="acts">
        <Button onPress={() => void copy()}>{sayWebhooks('copy')}</Button>
        <Button kind="primary" onPress={onKept}>
          {sayWebhooks('kept')}
        </Button>
      </div>
      <p role="status" className="done">
        {isCopied && sayWebhooks('copied')}
      </p>
    </Panel>
  )
}
