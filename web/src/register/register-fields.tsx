import { NewPassword } from '../forms/new-password.tsx'
import { ServedField } from '../forms/served-field.tsx'
import type { Form } from '../forms/served-form.ts'
import type { Sending } from '../forms/use-sending.ts'
import { say } from '../words/words.ts'

interface RegisterFieldsProps {
  form: Form
  sending: Sending
}

/** Every field that the service serves, in its order: none is known here by name. */
export function RegisterFields({ form, sending }: RegisterFieldsProps) {
  const grouped = form.any_of.flatMap(({ fields }) => fields)
  return form.fields.map((field) => {
    const shown = { field, error: sending.errors[field.name] }
    const instead = insteadOf(form, field.name)
    if (field.type === 'password') {
      return <NewPassword key={field.name} {...shown} policy={form.password_policy} />
    }
    return (
      <ServedField
        key={field.name}
        {...shown}
        isOptional={!field.required && !grouped.includes(field.name)}
        {...(instead ? { hint: say('thisOr', instead) } : {})}
        consent={form.consents?.find((consent) => consent.field === field.name)}
      />
    )
  })
}

/** Labels of the fields that do as well as this one, where one of a group is enough. */
function insteadOf({ fields, any_of }: Form, name: string): string {
  const group = any_of.find((each) => each.fields.includes(name))?.fields ?? []
  const others = fields.filter((field) => field.name !== name && group.includes(field.name))
  return others.map(({ label }) => label).join(', ')
}
