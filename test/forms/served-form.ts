import type { Form } from '../../src/forms/form.ts'
import { type Answer, call } from '../support/client.ts'

export type { Form }

export function formOf(name: string, headers: Record<string, string> = {}): Promise<Answer<Form>> {
  return call<Form>(`/api/v1/auth/forms?name=${name}`, undefined, { headers })
}

export function fieldOf({ body }: Answer<Form>, name: string): Form['fields'][number] {
  const field = body.fields.find((each) => each.name === name)
  if (!field) throw new Error(`no field ${name}`)
  return field
}

export const namesOf = ({ body }: Answer<Form>) => body.fields.map(({ name }) => name)
export const actionsOf = ({ body }: Answer<Form>) => body.actions.map(({ id }) => id)
