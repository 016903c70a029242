import { useId } from 'react'

interface TextAreaProps {
  name: string
  label: string
  hint?: string
  error?: string | undefined
  rows?: number
  defaultValue?: string
  onChange?: (value: string) => void
}

/** For lists, one entry a line, and for whole texts. */
export function TextArea({ name, label, hint, error, onChange, ...props }: TextAreaProps) {
  const id = useId()
  const describing = [hint && `${id}hint`, error && `${id}error`].filter(Boolean).join(' ')
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <div className="input">
        <textarea
          id={id}
          name={name}
          rows={3}
          autoCapitalize="none"
          spellCheck={false}
          {...props}
          onChange={({ target }) => onChange?.(target.value)}
          aria-invalid={error !== undefined}
          aria-describedby={describing || undefined}
        />
      </div>
      {hint && (
        <span id={`${id}hint`} className="hint">
          {hint}
        </span>
      )}
      {error && (
        <span id={`${id}error`} className="error">
          {error}
        </span>
      )}
    </div>
  )
}
