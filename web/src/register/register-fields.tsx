import { NewPassword } from '../forms/new-password.tsx'
import { ServedField } from '../forms/served-field.tsx'
import type { Form } from '../forms/served-form.ts'
import type { Sending } from '../forms/use-sending.ts'

interface RegisterFieldsProps {
  form: Form
  sending: Sending
}

/** Every field that the service serves, in its order: none is known here by name. */
export function RegisterFields({ form, sending }: RegisterFieldsProps) {
  const grouped = form.any_of.flatMap(({ fields }) => fields)
  return form.fields.map((field) => {
    const shown = { field, error: sending.errors[field.name] }
    if (field.type === 'password') {
      return <NewPassword key={field.name} {...shown} policy={form.password_policy} />
    }
    return (
      <ServedField
        key={field.name}
        {...shown}
        isOptional={!field.required && !grouped.includes(field.name)}
        consent={form.consents?.find((consent) => consent.field === field.name)}
      />
    )
  })
}
