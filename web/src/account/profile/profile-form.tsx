import type { User } from 'gatehouse-client'
import { useAuth } from 'gatehouse-client/react'
import { useMemo, useState } from 'react'
import { client } from '../../client.ts'
import { faultsOf, sentencesOf } from '../../forms/check.ts'
import { SendingForm } from '../../forms/sending-form.tsx'
import { ServedField } from '../../forms/served-field.tsx'
import type { Field, Form } from '../../forms/served-form.ts'
import { useSending, type Values } from '../../forms/use-sending.ts'
import { sayProfile } from './words.ts'

interface ProfileFormProps {
  form: Form
  user: User
}

/** Every field that the service serves for a profile, those of the tenant’s own among them. */
export function ProfileForm({ form, user }: ProfileFormProps) {
  const { reload } = useAuth()
  const sending = useSending(useMemo(() => sentencesOf(form), [form]))
  const [isSaved, setSaved] = useState(false)

  async function save(values: Values): Promise<void> {
    setSaved(false)
    const faults = faultsOf(form, values)
    if (Object.keys(faults).length > 0) return sending.refuse(faults)
    await client.me.update(changesOf(form, values, user))
    await reload()
    setSaved(true)
  }

  return (
    <>
      <SendingForm sending={sending} submit={sayProfile('save')} onSubmit={save}>
        {form.fields.map((field) => (
          <ServedField
            key={field.name}
            field={field}
            error={sending.errors[field.name]}
            isOptional={!field.required}
            given={givenOf(user, field)}
          />
        ))}
      </SendingForm>
      <p role="status">{isSaved && sayProfile('saved')}</p>
    </>
  )
}

type Given = string | boolean

function givenOf(user: User, { name, type }: Field): Given {
  const known = { ...user.extra, ...user } as Record<string, unknown>
  const given = known[name]
  if (type === 'checkbox') return given === true
  return typeof given === 'string' ? given : ''
}

/** Only what is another than before: somebody may have changed the rest elsewhere. Empty takes an answer away. */
function changesOf({ fields }: Form, values: Values, user: User): Record<string, Given | null> {
  const entries = fields.map((field) => {
    const value = values[field.name] ?? ''
    return { field, now: field.type === 'checkbox' ? value === 'on' : value.trim() }
  })
  return Object.fromEntries(
    entries
      .filter(({ field, now }) => now !== givenOf(user, field))
      .map(({ field, now }) => [field.name, now === '' ? null : now]),
  )
}
