import { useState } from 'react'
import { auditActions } from '../../../../src/audit/actions.ts'
import { SendingForm } from '../../forms/sending-form.tsx'
import { useSending } from '../../forms/use-sending.ts'
import { Several } from '../../ui/several.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { say } from '../../words/words.ts'
import { errorWithin } from '../error-within.ts'
import { fieldSentences } from '../field-sentences.ts'
import type { Endpoint, Subscription } from './endpoint.ts'
import { sayWebhooks } from './words.ts'

interface Given {
  url: string
  description: string | null
  events: Subscription[]
}

interface EndpointFormProps {
  endpoint?: Endpoint
  submit: string
  onSend: (given: Given) => Promise<void>
}

const families = [...new Set(auditActions.map((action) => `${action.split('.')[0]}.*`))]
const named = (values: readonly string[]) => values.map((value) => ({ value, label: value }))

/** Where events go, and which. */
export function EndpointForm({ endpoint, submit, onSend }: EndpointFormProps) {
  const sending = useSending(fieldSentences)
  const { errors } = sending
  const chosen = endpoint?.events ?? []
  const among = (offered: readonly string[]) => chosen.filter((each) => offered.includes(each))
  const [groups, setGroups] = useState(among(['*', ...families]))
  const [single, setSingle] = useState(among(auditActions))
  const events = [...groups, ...single] as Subscription[]
  return (
    <SendingForm
      sending={sending}
      submit={submit}
      onSubmit={async ({ url = '', description = '' }) => {
        const missing = {
          ...(url.trim() ? {} : { url: say('required') }),
          ...(events.length > 0 ? {} : { events: say('required') }),
        }
        if (Object.keys(missing).length > 0) return sending.refuse(missing)
        await onSend({ url: url.trim(), description: description.trim() || null, events })
      }}
    >
      <TextField
        name="url"
        type="url"
        label={sayWebhooks('url')}
        hint={sayWebhooks('urlHint')}
        autoComplete="off"
        defaultValue={endpoint?.url ?? ''}
        error={errors.url}
        isRequired
      />
      <TextField
        name="description"
        label={sayWebhooks('description')}
        autoComplete="off"
        defaultValue={endpoint?.description ?? ''}
        error={errors.description}
      />
      <div className="columns">
        <Several
          name="events"
          label={sayWebhooks('events')}
          options={[{ value: '*', label: sayWebhooks('all') }, ...named(families)]}
          defaultValue={groups}
          error={errorWithin(errors, 'events')}
          onChange={setGroups}
        />
      </div>
      <details>
        <summary>{sayWebhooks('single')}</summary>
        <div className="columns">
          <Several
            name="single"
            label={sayWebhooks('single')}
            options={named(auditActions)}
            defaultValue={single}
            onChange={setSingle}
          />
        </div>
      </details>
    </SendingForm>
  )
}
