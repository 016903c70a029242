import { Checkbox } from '../ui/checkbox.tsx'
import { Select } from '../ui/select.tsx'
import { TextField } from '../ui/text-field.tsx'
import { say } from '../words/words.ts'
import type { Field, Form } from './served-form.ts'

interface ServedFieldProps {
  field: Field
  error: string | undefined
  /** Left empty, it is no fault: not so where one of a group is needed. */
  isOptional: boolean
  consent?: NonNullable<Form['consents']>[number] | undefined
  /** What helps to fill it in. */
  hint?: string
  onChange?: (value: string) => void
  /** What it holds at first. */
  given?: string | boolean | undefined
}

/** A field as the service describes it. */
export function ServedField(props: ServedFieldProps) {
  const { field, error, isOptional, consent, hint, onChange, given } = props
  const { name, type, label, required, options = [], autocomplete } = field
  if (type === 'hidden') return null
  if (type === 'checkbox') {
    return (
      <Checkbox name={name} error={error} isRequired={required} defaultChecked={given === true}>
        {label}
        {consent?.url && (
          <>
            {' '}
            <a href={consent.url} target="_blank" rel="noreferrer">
              {say('readText')}
            </a>
          </>
        )}
      </Checkbox>
    )
  }
  const defaultValue = typeof given === 'string' ? { defaultValue: given } : {}
  const shown = isOptional ? `${label} (${say('optional')})` : label
  if (type === 'select') {
    return (
      <Select
        name={name}
        label={shown}
        options={options}
        error={error}
        isRequired={required}
        {...defaultValue}
      />
    )
  }
  return (
    <TextField
      name={name}
      type={type}
      label={shown}
      error={error}
      isRequired={required}
      {...defaultValue}
      {...(hint ? { hint } : {})}
      {...(autocomplete ? { autoComplete: autocomplete } : {})}
      {...(onChange ? { onChange } : {})}
    />
  )
}
