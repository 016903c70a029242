import { useState } from 'react'
import { ServedField } from './served-field.tsx'
import type { Field, Form } from './served-form.ts'
import { StrengthMeter } from './strength-meter.tsx'

interface NewPasswordProps {
  field: Field
  policy: Form['password_policy']
  error: string | undefined
}

/** Rules that can be kept before anything is typed; the others are met by what was typed. */
const plain = /^PASSWORD_(TOO_SHORT|NO_)/

/** A password that is chosen: what it must be, and how good it is so far. */
export function NewPassword({ field, policy, error }: NewPasswordProps) {
  const [password, setPassword] = useState('')
  const rules = policy?.rules.filter(({ code }) => plain.test(code)) ?? []
  return (
    <>
      <ServedField
        field={field}
        error={error}
        isOptional={false}
        hint={rules.map(({ message }) => message).join(' ')}
        onChange={setPassword}
      />
      <StrengthMeter password={password} />
    </>
  )
}
