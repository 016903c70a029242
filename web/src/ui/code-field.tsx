import { say } from '../words/words.ts'
import { TextField } from './text-field.tsx'

interface CodeFieldProps {
  error: string | undefined
  takesFocus?: boolean
}

/** For the digits of a message or an app: phones offer them from the message. */
export function CodeField({ error, takesFocus = false }: CodeFieldProps) {
  return (
    <TextField
      name="code"
      label={say('code')}
      error={error}
      autoComplete="one-time-code"
      inputMode="numeric"
      takesFocus={takesFocus}
      isRequired
    />
  )
}
