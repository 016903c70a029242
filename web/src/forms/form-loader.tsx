import { type ReactNode, useCallback } from 'react'
import { client } from '../client.ts'
import { showBrand } from '../ui/brand.ts'
import { Loader } from '../ui/loader.tsx'
import { useLoaded } from '../ui/use-loaded.ts'
import type { Form, FormName } from './served-form.ts'

interface FormLoaderProps {
  name: FormName
  children: (form: Form) => ReactNode
}

/** A form as the tenant has it now, in the language of the page. */
export function FormLoader({ name, children }: FormLoaderProps) {
  const load = useCallback(
    async (signal: AbortSignal) => {
      const form = await client.forms.get({ name }, { signal })
      showBrand(form.branding)
      return form
    },
    [name],
  )
  return <Loader of={useLoaded(load)}>{children}</Loader>
}
