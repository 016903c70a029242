import { type Answer, GatehouseError, isGatehouseError } from 'gatehouse-client'
import { useCallback, useEffect, useState } from 'react'
import { client } from '../client.ts'

export type Form = Answer<'GET /api/v1/auth/forms'>
export type Field = Form['fields'][number]
export type Action = Form['actions'][number]
export type FormName = Form['form']['name']

export interface ServedForm {
  /** Null while it is on its way, or could not be had. */
  form: Form | null
  refusal: GatehouseError | null
  reload(): void
}

/** A form as the tenant has it now, in the language of the page. */
export function useServedForm(name: FormName): ServedForm {
  const [form, setForm] = useState<Form | null>(null)
  const [refusal, setRefusal] = useState<GatehouseError | null>(null)

  const load = useCallback(
    (signal?: AbortSignal) => {
      setRefusal(null)
      client.forms.get({ name }, signal ? { signal } : {}).then(setForm, (error: unknown) => {
        if (signal?.aborted) return
        setRefusal(
          isGatehouseError(error)
            ? error
            : new GatehouseError('UNEXPECTED_ANSWER', { cause: error }),
        )
      })
    },
    [name],
  )
  useEffect(() => {
    const abort = new AbortController()
    load(abort.signal)
    return () => abort.abort()
  }, [load])
  return { form, refusal, reload: load }
}
