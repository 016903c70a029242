import { type ReactNode, useId } from 'react'

interface CheckboxProps {
  name: string
  children: ReactNode
  error?: string | undefined
  isRequired?: boolean
  /** Whether it is ticked at first. */
  defaultChecked?: boolean
  onChange?: (isChecked: boolean) => void
}

export function Checkbox({ name, children, error, ...props }: CheckboxProps) {
  const errorId = useId()
  return (
    <div className="field">
      <label className="checkbox">
        <input
          type="checkbox"
          name={name}
          required={props.isRequired ?? false}
          defaultChecked={props.defaultChecked}
          onChange={({ target }) => props.onChange?.(target.checked)}
          aria-invalid={error !== undefined}
          aria-describedby={error ? errorId : undefined}
        />
        <span>{children}</span>
      </label>
      {error && (
        <span id={errorId} className="error">
          {error}
        </span>
      )}
    </div>
  )
}
