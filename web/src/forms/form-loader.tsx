import type { ReactNode } from 'react'
import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { useCountdown } from '../ui/use-countdown.ts'
import { say } from '../words/words.ts'
import { type Form, type FormName, useServedForm } from './served-form.ts'

interface FormLoaderProps {
  name: FormName
  children: (form: Form) => ReactNode
}

/** What stands in the place of a form until it is there, and where it cannot be had. */
export function FormLoader({ name, children }: FormLoaderProps) {
  const { form, refusal, reload } = useServedForm(name)
  const wait = useCountdown(refusal?.retryAfter, refusal)
  if (form) return children(form)
  if (!refusal) return <p role="status">{say('loading')}</p>
  return (
    <>
      <Notice refusal={refusal} />
      <Button kind="primary" isDisabled={wait > 0} onPress={() => reload()}>
        {wait > 0 ? say('tryAgainIn', wait) : say('tryAgain')}
      </Button>
    </>
  )
}
