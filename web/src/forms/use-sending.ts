import { GatehouseError, isGatehouseError } from 'gatehouse-client'
import { type FormEvent, type RefObject, useEffect, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { useCountdown } from '../ui/use-countdown.ts'

export type Errors = Readonly<Record<string, string>>
export type Values = Readonly<Record<string, string>>

export interface Sending {
  form: RefObject<HTMLFormElement | null>
  isSending: boolean
  /** What went wrong as a whole; null where the only field says it. */
  refusal: GatehouseError | null
  errors: Errors
  /** Seconds until a repeat makes sense. */
  wait: number
  /** What the fields hold now. */
  values(): Values
  /** Runs one at a time; refusals end up in `refusal` and `errors`. */
  run(work: () => Promise<unknown>): Promise<void>
  refuse(errors: Errors): void
  /** A field that is changed is not wrong any more, until it is sent again. */
  onInput(event: FormEvent<HTMLFormElement>): void
}

/** What stands beside a field, in the language of the page; without it, what the service says. */
export interface Sentences {
  get(code: string, field: string): string | undefined
}

/** What a form sends: once at a time, and each refusal beside the field that it is about. */
export function useSending(sentences?: Sentences): Sending {
  const form = useRef<HTMLFormElement>(null)
  const isBusy = useRef(false)
  const isRefused = useRef(false)
  const [isSending, setSending] = useState(false)
  const [refusal, setRefusal] = useState<GatehouseError | null>(null)
  const [errors, setErrors] = useState<Errors>({})

  useEffect(() => {
    // Not where one of several was just mended: the next letter would land in another field.
    if (!isRefused.current || Object.keys(errors).length === 0) return
    isRefused.current = false
    form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus()
  }, [errors])

  function refuse(refused: Errors): void {
    isRefused.current = true
    setErrors(refused)
  }

  async function run(work: () => Promise<unknown>): Promise<void> {
    if (isBusy.current) return
    isBusy.current = true
    setSending(true)
    setRefusal(null)
    setErrors({})
    try {
      await work()
    } catch (error) {
      const met = isGatehouseError(error) ? error : new GatehouseError('UNEXPECTED_ANSWER')
      if (met.errors.length > 0) flushSync(() => refuse(besideFields(met, sentences)))
      if (!saysItAll(form.current)) setRefusal(met)
      if (!isGatehouseError(error)) console.error(error)
    } finally {
      isBusy.current = false
      setSending(false)
    }
  }

  return {
    form,
    isSending,
    refusal,
    errors,
    wait: useCountdown(refusal?.retryAfter, refusal),
    values: () => valuesOf(form.current),
    run,
    refuse,
    onInput: ({ target }) => {
      const { name } = target as HTMLInputElement
      const { [name]: changed, ...others } = errors
      if (changed !== undefined) setErrors(others)
    },
  }
}

/** Everything that is wrong with a field, one sentence after the other. */
function besideFields({ errors }: GatehouseError, sentences?: Sentences): Errors {
  const said = new Map<string, Set<string>>()
  for (const { field, code, message } of errors) {
    said.set(field, (said.get(field) ?? new Set()).add(sentences?.get(code, field) ?? message))
  }
  return Object.fromEntries([...said].map(([field, each]) => [field, [...each].join(' ')]))
}

/** Whether what is wrong stands beside the only field that there is to fill in: a second sentence would repeat it. */
function saysItAll(form: HTMLFormElement | null): boolean {
  const fields = form?.querySelectorAll('input:not([type=checkbox]), select, textarea') ?? []
  return fields.length === 1 && fields[0]?.ariaInvalid === 'true'
}

function valuesOf(form: HTMLFormElement | null): Values {
  if (!form) return {}
  const entries = [...new FormData(form)].map(([name, value]) => [name, String(value)])
  return Object.fromEntries(entries)
}
