import { useMemo } from 'react'
import { faultsOf, sentencesOf } from './check.ts'
import { FormLoader } from './form-loader.tsx'
import { SendingForm } from './sending-form.tsx'
import { ServedField } from './served-field.tsx'
import type { Form } from './served-form.ts'
import { useSending, type Values } from './use-sending.ts'

interface AddressFormProps {
  submit: string
  send: (email: string) => Promise<unknown>
}

/** For an address that something is mailed to. */
export function AddressForm(props: AddressFormProps) {
  return (
    <FormLoader name="forgot_password">{(form) => <Fields form={form} {...props} />}</FormLoader>
  )
}

function Fields({ form, submit, send }: AddressFormProps & { form: Form }) {
  const sending = useSending(useMemo(() => sentencesOf(form), [form]))

  async function run(values: Values): Promise<void> {
    const faults = faultsOf(form, values)
    if (Object.keys(faults).length > 0) return sending.refuse(faults)
    await send(values.email?.trim() ?? '')
  }

  return (
    <SendingForm sending={sending} submit={submit} onSubmit={run}>
      {form.fields.map((field) => (
        <ServedField
          key={field.name}
          field={field}
          error={sending.errors[field.name]}
          isOptional={false}
        />
      ))}
    </SendingForm>
  )
}
