import { useId } from 'react'

interface SelectProps {
  name: string
  label: string
  options: readonly { value: string; label: string }[]
  hint?: string
  error?: string | undefined
  isRequired?: boolean
  /** What is chosen at first. */
  defaultValue?: string
  /** What stands for no choice. There is none where one of them is needed, and chosen at first. */
  emptyLabel?: string
  onChange?: (value: string) => void
}

/** The browser's own: on a phone nothing is easier to use. */
export function Select(props: SelectProps) {
  const {
    name,
    label,
    options,
    hint,
    error,
    isRequired,
    defaultValue,
    emptyLabel = '–',
    onChange,
  } = props
  const id = useId()
  const errorId = `${id}error`
  const describing = [hint && `${id}hint`, error && errorId].filter(Boolean).join(' ')
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <div className="input">
        <select
          id={id}
          name={name}
          required={isRequired}
          defaultValue={defaultValue}
          onChange={({ target }) => onChange?.(target.value)}
          aria-invalid={error !== undefined}
          aria-describedby={describing || undefined}
        >
          {!(isRequired && defaultValue) && <option value="">{emptyLabel}</option>}
          {options.map(({ value, label: text }) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      </div>
      {hint && (
        <span id={`${id}hint`} className="hint">
          {hint}
        </span>
      )}
      {error && (
        <span id={errorId} className="error">
          {error}
        </span>
      )}
    </div>
  )
}
