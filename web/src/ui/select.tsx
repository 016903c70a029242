import { useId } from 'react'

interface SelectProps {
  name: string
  label: string
  options: readonly { value: string; label: string }[]
  error: string | undefined
  isRequired: boolean
  /** What is chosen at first. */
  defaultValue?: string
}

/** The browser's own: on a phone nothing is easier to use. */
export function Select({ name, label, options, error, isRequired, defaultValue }: SelectProps) {
  const id = useId()
  const errorId = `${id}error`
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <div className="input">
        <select
          id={id}
          name={name}
          required={isRequired}
          defaultValue={defaultValue}
          aria-invalid={error !== undefined}
          aria-describedby={error ? errorId : undefined}
        >
          <option value="">–</option>
          {options.map(({ value, label: text }) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      </div>
      {error && (
        <span id={errorId} className="error">
          {error}
        </span>
      )}
    </div>
  )
}
