import type { Answer } from 'gatehouse-client'
import { useState } from 'react'
import { client } from '../../client.ts'
import { SendingForm } from '../../forms/sending-form.tsx'
import { useSending, type Values } from '../../forms/use-sending.ts'
import { Panel } from '../../ui/panel.tsx'
import { TextArea } from '../../ui/text-area.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { errorWithin } from '../error-within.ts'
import { fieldSentences } from '../field-sentences.ts'
import { Moment } from '../moment.tsx'
import { sayVersions } from './words.ts'

type Release = Answer<'GET /api/v1/admin/app-versions'>['app_versions'][number]

interface ReleaseFormProps {
  platform: Release['platform']
  release: Release | undefined
  onPublished: () => Promise<void>
}

export function ReleaseForm({ platform, release, onPublished }: ReleaseFormProps) {
  const sending = useSending(fieldSentences)
  const [done, setDone] = useState('')
  const { errors } = sending

  async function publish(values: Values): Promise<void> {
    setDone('')
    await client.appVersions.publish(platform, releaseOf(values))
    setDone(sayVersions('done'))
    await onPublished()
  }

  return (
    <Panel title={sayVersions(platform)}>
      <p>
        {release ? (
          <>
            {sayVersions('published')}: <Moment at={release.updated_at} />
          </>
        ) : (
          sayVersions('none')
        )}
      </p>
      <SendingForm sending={sending} submit={sayVersions('publish')} onSubmit={publish}>
        <div className="pairs">
          <TextField
            name="latest"
            label={sayVersions('latest')}
            autoComplete="off"
            defaultValue={release?.latest ?? ''}
            error={errors.latest}
            isRequired
          />
          <TextField
            name="min_supported"
            label={sayVersions('least')}
            autoComplete="off"
            defaultValue={release?.min_supported ?? ''}
            error={errors.min_supported}
            isRequired
          />
        </div>
        <TextField
          name="store_url"
          type="url"
          label={sayVersions('store')}
          autoComplete="off"
          defaultValue={release?.store_url ?? ''}
          error={errors.store_url}
        />
        <TextArea
          name="notes.en"
          label={sayVersions('notesEn')}
          defaultValue={release?.notes?.en ?? ''}
          error={errors.notes ?? errors['notes.en']}
        />
        <TextArea
          name="notes.bn"
          label={sayVersions('notesBn')}
          defaultValue={release?.notes?.bn ?? ''}
          error={errors['notes.bn']}
        />
        <TextArea
          name="blocked"
          label={sayVersions('blocked')}
          hint={sayVersions('blockedHint')}
          defaultValue={release?.blocked.join('\n') ?? ''}
          error={errorWithin(errors, 'blocked')}
        />
      </SendingForm>
      <p role="status" className="done">
        {done}
      </p>
    </Panel>
  )
}

function releaseOf(values: Values) {
  const text = (name: string) => values[name]?.trim() ?? ''
  const [en, bn] = [text('notes.en'), text('notes.bn')]
  return {
    latest: text('latest'),
    min_supported: text('min_supported'),
    store_url: text('store_url') || null,
    notes: en || bn ? { en, ...(bn ? { bn } : {}) } : null,
    blocked: text('blocked').split(/\s+/).filter(Boolean),
  }
}
