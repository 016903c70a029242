import type { TenantSettings } from 'gatehouse-client'
import { useState } from 'react'
import type { Errors } from '../../../forms/use-sending.ts'
import { Button } from '../../../ui/button.tsx'
import { Select } from '../../../ui/select.tsx'
import { errorAt } from '../draft.ts'
import { nameOfOption, saySettings } from '../words.ts'
import { OwnFieldEditor } from './own-field-editor.tsx'
import { adjustable, type OwnField, type RegisterForm, type Use, wholeForm } from './shape.ts'

interface RegisterFormEditorProps {
  /** As it was read; what is changed goes up, and does not come back. */
  setting: TenantSettings['register_form']
  errors: Errors
  onChange: (form: RegisterForm) => void
}

/** A field with a key of its own, so that moving it takes along what was typed. */
interface Kept {
  key: number
  field: OwnField
}

const path = 'register_form'
const fresh: OwnField = { name: '', type: 'text', label: { en: '' }, required: false }

/** What registration asks for: the fields that every form may have, and the tenant’s own questions. */
export function RegisterFormEditor({ setting, errors, onChange }: RegisterFormEditorProps) {
  const [form, setForm] = useState(() => wholeForm(setting))
  const [own, setOwn] = useState<Kept[]>(() =>
    form.own_fields.map((field, key) => ({ key, field })),
  )
  const change = (next: RegisterForm) => {
    setForm(next)
    onChange(next)
  }
  const changeOwn = (next: Kept[]) => {
    setOwn(next)
    change({ ...form, own_fields: next.map(({ field }) => field) })
  }
  const setUse = (name: (typeof adjustable)[number], use: string) => {
    const others = form.fields.filter((field) => field.name !== name)
    change({ ...form, fields: use ? [...others, { name, use: use as Use }] : others })
  }
  const move = (at: number, by: number) => {
    const next = [...own]
    const [moved] = next.splice(at, 1)
    if (moved) next.splice(at + by, 0, moved)
    changeOwn(next)
  }
  const add = () => {
    const key = Math.max(-1, ...own.map((kept) => kept.key)) + 1
    changeOwn([...own, { key, field: fresh }])
  }

  return (
    <>
      <Select
        name={`settings.${path}.preset`}
        label={saySettings('formPreset')}
        options={['minimal', 'bd_profile'].map((value) => ({ value, label: nameOfOption(value) }))}
        isRequired
        defaultValue={form.preset}
        onChange={(preset) => change({ ...form, preset: preset as RegisterForm['preset'] })}
      />
      <div className="uses">
        {adjustable.map((name) => (
          <Select
            key={name}
            name={name}
            label={nameOfOption(name)}
            options={['required', 'optional', 'hidden'].map((value) => ({
              value,
              label: nameOfOption(value),
            }))}
            emptyLabel={saySettings('asPreset')}
            defaultValue={form.fields.find((field) => field.name === name)?.use ?? ''}
            onChange={(use) => setUse(name, use)}
          />
        ))}
      </div>
      {errorAt(errors, `${path}.fields`) && (
        <p className="error" role="alert">
          {errors[`settings.${path}.fields`]}
        </p>
      )}
      <h3>{saySettings('ownFields')}</h3>
      {own.map(({ key, field }, at) => (
        <OwnFieldEditor
          key={key}
          at={at}
          field={field}
          errors={errors}
          onChange={(next) =>
            changeOwn(own.map((kept) => (kept.key === key ? { key, field: next } : kept)))
          }
        >
          <Button kind="quiet" isDisabled={at === 0} onPress={() => move(at, -1)}>
            {saySettings('moveUp')}
          </Button>
          <Button kind="quiet" isDisabled={at === own.length - 1} onPress={() => move(at, 1)}>
            {saySettings('moveDown')}
          </Button>
          <Button kind="quiet" onPress={() => changeOwn(own.filter((kept) => kept.key !== key))}>
            {saySettings('removeField')}
          </Button>
        </OwnFieldEditor>
      ))}
      <p>
        <Button onPress={add}>{saySettings('addField')}</Button>
      </p>
    </>
  )
}
