import { useState } from 'react'
import { FieldError } from 'react-aria-components/FieldError'
import { Input } from 'react-aria-components/Input'
import { Label } from 'react-aria-components/Label'
import { Text } from 'react-aria-components/Text'
import { TextField as AriaTextField } from 'react-aria-components/TextField'
import { say } from '../words/words.ts'
import { Button } from './button.tsx'

export interface TextFieldProps {
  name: string
  label: string
  /** What helps to fill it in. */
  hint?: string
  /** What is wrong with it, beside it. */
  error?: string | undefined
  type?: 'text' | 'email' | 'tel' | 'password' | 'date' | 'number' | 'url' | 'search'
  autoComplete?: string
  inputMode?: 'numeric'
  isRequired?: boolean
  /** What it holds at first. */
  defaultValue?: string
  onChange?: (value: string) => void
  /** True where it comes up by the press of a button. */
  takesFocus?: boolean
}

export function TextField(props: TextFieldProps) {
  const { label, hint, error, type = 'text', takesFocus = false, ...others } = props
  const [isShown, setShown] = useState(false)
  const [isFocused, setFocused] = useState(false)
  const isPassword = type === 'password'
  return (
    <AriaTextField
      {...others}
      autoFocus={takesFocus}
      onFocusChange={setFocused}
      className="field"
      type={isPassword && isShown ? 'text' : type}
      isInvalid={error !== undefined}
      validationBehavior="aria"
    >
      <Label>{label}</Label>
      <div className="input">
        <Input autoCapitalize="none" spellCheck={false} />
        {isPassword && (
          <Button kind="quiet" onPress={() => setShown(!isShown)}>
            {isShown ? say('hidePassword') : say('showPassword')}
          </Button>
        )}
      </div>
      {hint && (
        <Text slot="description" className="hint">
          {hint}
        </Text>
      )}
      {/* Who is led to the field hears it with its name; who never left it has to be told. */}
      <div aria-live={isFocused ? 'polite' : 'off'}>
        <FieldError className="error">{error}</FieldError>
      </div>
    </AriaTextField>
  )
}
