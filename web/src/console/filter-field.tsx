import { useEffect, useState } from 'react'
import { TextField } from '../ui/text-field.tsx'

/** Milliseconds without a key before the service is asked. */
const pause = 300

interface FilterFieldProps {
  name: string
  label: string
  initial: string
  hint?: string
  error?: string | undefined
  type?: 'text' | 'date'
  /** Characters; what is shorter is not asked for. */
  shortest?: number
  onSettled: (text: string) => void
}

/** Narrows a list while somebody types, once they stop for a moment. */
export function FilterField(props: FilterFieldProps) {
  const { name, label, initial, hint, error, type = 'text', shortest = 1, onSettled } = props
  const [typed, setTyped] = useState(initial)
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what is typed begins the pause anew.
  useEffect(() => {
    const text = typed.trim()
    if (text === initial || (text && text.length < shortest)) return
    const timer = setTimeout(() => onSettled(text), pause)
    return () => clearTimeout(timer)
  }, [typed])
  return (
    <TextField
      name={name}
      label={label}
      type={type}
      error={error}
      autoComplete="off"
      defaultValue={initial}
      onChange={setTyped}
      {...(hint ? { hint } : {})}
    />
  )
}
