import { useId, useState } from 'react'

interface SeveralProps {
  name: string
  label: string
  options: readonly { value: string; label: string }[]
  error?: string | undefined
  defaultValue: readonly string[]
  onChange: (values: string[]) => void
}

/** Any number out of a few. */
export function Several({ name, label, options, error, defaultValue, onChange }: SeveralProps) {
  const id = useId()
  const [chosen, setChosen] = useState(() => new Set(defaultValue))
  const toggle = (value: string, isChosen: boolean) => {
    const next = new Set(chosen)
    if (isChosen) next.add(value)
    else next.delete(value)
    setChosen(next)
    onChange(options.map((option) => option.value).filter((each) => next.has(each)))
  }
  return (
    <fieldset className="field several" aria-describedby={error ? `${id}error` : undefined}>
      <legend>{label}</legend>
      {options.map(({ value, label: text }) => (
        <label key={value} className="checkbox">
          <input
            type="checkbox"
            name={name}
            value={value}
            checked={chosen.has(value)}
            aria-invalid={error !== undefined}
            onChange={({ target }) => toggle(value, target.checked)}
          />
          <span>{text}</span>
        </label>
      ))}
      {error && (
        <span id={`${id}error`} className="error">
          {error}
        </span>
      )}
    </fieldset>
  )
}
