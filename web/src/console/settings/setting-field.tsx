import type { TenantSettings } from 'gatehouse-client'
import type { Errors } from '../../forms/use-sending.ts'
import { Checkbox } from '../../ui/checkbox.tsx'
import { Select } from '../../ui/select.tsx'
import { Several } from '../../ui/several.tsx'
import { TextArea } from '../../ui/text-area.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { sayConsole } from '../words.ts'
import { errorAt, valueAt } from './draft.ts'
import type { Setting } from './groups.ts'
import { RegisterFormEditor } from './register-form/register-form-editor.tsx'
import { nameOfOption, saySettings } from './words.ts'

interface SettingFieldProps {
  setting: Setting
  /** As they were read; what is typed goes up, and does not come back. */
  settings: TenantSettings
  errors: Errors
  onChange: (path: string, value: unknown) => void
}

/** The field of a setting, by its kind. */
export function SettingField({ setting, settings, errors, onChange }: SettingFieldProps) {
  const { path, kind } = setting
  const value = valueAt(settings, path)
  const change = (next: unknown) => onChange(path, next)
  const common = {
    name: `settings.${path}`,
    label: saySettings(setting.label),
    error: errorAt(errors, path),
    // Where a hint has the sign that stands for a value elsewhere, it means the sign.
    ...(setting.hint ? { hint: saySettings(setting.hint, '#') } : {}),
  }
  if (kind === 'form') {
    return (
      <RegisterFormEditor
        setting={value as TenantSettings['register_form']}
        errors={errors}
        onChange={change}
      />
    )
  }
  if (kind === 'yes') {
    return (
      <Checkbox
        name={common.name}
        error={common.error}
        defaultChecked={value === true}
        onChange={change}
      >
        {common.label}
      </Checkbox>
    )
  }
  if (kind === 'maybe') {
    return (
      <Select
        {...common}
        options={[
          { value: 'true', label: sayConsole('yes') },
          { value: 'false', label: sayConsole('no') },
        ]}
        emptyLabel={saySettings('asPreset')}
        defaultValue={typeof value === 'boolean' ? String(value) : ''}
        onChange={(text) => change(text ? text === 'true' : null)}
      />
    )
  }
  if (kind === 'choice') {
    const options = setting.options.map((each) => ({ value: each, label: nameOfOption(each) }))
    return (
      <Select
        {...common}
        options={options}
        isRequired
        defaultValue={String(value)}
        onChange={change}
      />
    )
  }
  if (kind === 'several') {
    const options = setting.options.map((each) => ({ value: each, label: nameOfOption(each) }))
    return (
      <Several {...common} options={options} defaultValue={value as string[]} onChange={change} />
    )
  }
  if (kind === 'lines' || kind === 'apps') {
    const { shown, read } = lists[kind]
    return (
      <TextArea
        {...common}
        defaultValue={((value ?? []) as never[]).map(shown).join('\n')}
        onChange={(text) => change(linesOf(text).map(read))}
      />
    )
  }
  const { type, shown, read } = singles[kind]
  return (
    <TextField
      {...common}
      type={type}
      autoComplete="off"
      defaultValue={value === null || value === undefined ? '' : shown(value)}
      onChange={(text) => change(text.trim() === '' ? null : read(text.trim()))}
    />
  )
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
}

type App = NonNullable<TenantSettings['android_apps']>[number]

const lists = {
  lines: { shown: (entry: string) => entry, read: (line: string): unknown => line },
  apps: {
    shown: (app: App) => `${app.package} ${app.fingerprint}`,
    read: (line: string): unknown => {
      const [name = '', fingerprint = ''] = line.split(/\s+/)
      return { package: name, fingerprint: fingerprint.toUpperCase() }
    },
  },
}

const singles = {
  text: { type: 'text', shown: String, read: (text: string): unknown => text },
  url: { type: 'url', shown: String, read: (text: string): unknown => text },
  number: { type: 'number', shown: String, read: (text: string): unknown => Number(text) },
  minutes: {
    type: 'number',
    shown: (seconds: unknown) => String(Math.round(Number(seconds) / 60)),
    read: (text: string): unknown => Number(text) * 60,
  },
} as const
