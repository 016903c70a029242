import { useState } from 'react'
import { ServedField } from '../forms/served-field.tsx'
import type { Form } from '../forms/served-form.ts'
import type { Sending } from '../forms/use-sending.ts'
import { StrengthMeter } from './strength-meter.tsx'

interface RegisterFieldsProps {
  form: Form
  sending: Sending
}

/** Every field that the service serves, in its order: none is known here by name but the password, which has a meter. */
export function RegisterFields({ form, sending }: RegisterFieldsProps) {
  const [password, setPassword] = useState('')
  const grouped = form.any_of.flatMap(({ fields }) => fields)
  return form.fields.map((field) => (
    <div key={field.name}>
      <ServedField
        field={field}
        error={sending.errors[field.name]}
        isOptional={!field.required && !grouped.includes(field.name)}
        consent={form.consents?.find((consent) => consent.field === field.name)}
        {...(field.name === 'password' ? { onChange: setPassword } : {})}
      />
      {field.name === 'password' && <StrengthMeter password={password} />}
    </div>
  ))
}
