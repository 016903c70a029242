import type { ReactNode } from 'react'
import type { Errors } from '../../../forms/use-sending.ts'
import { Checkbox } from '../../../ui/checkbox.tsx'
import { Select } from '../../../ui/select.tsx'
import { TextArea } from '../../../ui/text-area.tsx'
import { TextField } from '../../../ui/text-field.tsx'
import { errorAt } from '../draft.ts'
import { nameOfOption, saySettings } from '../words.ts'
import { fitting, linesOf, type OwnField, optionsOf } from './shape.ts'

interface OwnFieldEditorProps {
  at: number
  field: OwnField
  errors: Errors
  onChange: (field: OwnField) => void
  /** What else can be done with it. */
  children: ReactNode
}

/** A question of the tenant’s own. */
export function OwnFieldEditor({ at, field, errors, onChange, children }: OwnFieldEditorProps) {
  const path = `register_form.own_fields.${at}`
  const change = (part: Partial<OwnField>) => onChange(fitting({ ...field, ...part }))
  const named = (name: string) => ({
    name: `settings.${path}.${name}`,
    error: errorAt(errors, `${path}.${name}`),
  })
  const text = (name: string) => ({ ...named(name), autoComplete: 'off' })
  return (
    <fieldset className="own-field">
      <legend>{field.label.en || saySettings('newField')}</legend>
      <TextField
        {...text('label.en')}
        label={saySettings('labelEn')}
        defaultValue={field.label.en}
        onChange={(en) => change({ label: { ...field.label, en } })}
      />
      <TextField
        {...text('label.bn')}
        label={saySettings('labelBn')}
        defaultValue={field.label.bn ?? ''}
        onChange={(bn) => change({ label: { en: field.label.en, ...(bn.trim() ? { bn } : {}) } })}
      />
      <TextField
        {...text('name')}
        label={saySettings('fieldName')}
        hint={saySettings('fieldNameHint')}
        defaultValue={field.name}
        onChange={(name) => change({ name: name.trim() })}
      />
      <Select
        {...named('type')}
        label={saySettings('fieldType')}
        options={['text', 'select', 'date', 'checkbox'].map((value) => ({
          value,
          label: nameOfOption(value),
        }))}
        isRequired
        defaultValue={field.type}
        onChange={(type) => change({ type: type as OwnField['type'] })}
      />
      {field.type === 'select' && (
        <TextArea
          {...named('options')}
          label={saySettings('options')}
          hint={saySettings('optionsHint')}
          defaultValue={linesOf(field.options)}
          onChange={(lines) => change({ options: optionsOf(lines) })}
        />
      )}
      {field.type === 'text' && (
        <TextField
          {...text('max_length')}
          type="number"
          label={saySettings('maxCharacters')}
          defaultValue={field.max_length ? String(field.max_length) : ''}
          onChange={(length) => change({ max_length: Number(length) })}
        />
      )}
      <Checkbox
        {...named('required')}
        defaultChecked={field.required === true}
        onChange={(required) => change({ required })}
      >
        {saySettings('fieldRequired')}
      </Checkbox>
      <div className="acts">{children}</div>
    </fieldset>
  )
}
