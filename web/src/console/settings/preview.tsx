import { GatehouseError, isGatehouseError, type TenantSettings } from 'gatehouse-client'
import { useEffect, useMemo, useState } from 'react'
import { client } from '../../client.ts'
import { faultsOf, sentencesOf } from '../../forms/check.ts'
import { SendingForm } from '../../forms/sending-form.tsx'
import type { Form } from '../../forms/served-form.ts'
import { useSending } from '../../forms/use-sending.ts'
import { RegisterFields } from '../../register/register-fields.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Select } from '../../ui/select.tsx'
import { language } from '../../words/words.ts'
import { saySettings } from './words.ts'

/** Milliseconds without a change before the service is asked. */
const pause = 400

/** The register form as it would be, made by the service out of what is being typed. Nothing of it is kept. */
export function Preview({ settings }: { settings: TenantSettings }) {
  const [form, setForm] = useState<Form | null>(null)
  const [refusal, setRefusal] = useState<GatehouseError | null>(null)
  const [tongue, setTongue] = useState<string>(language)
  const asked = JSON.stringify(settings)
  useEffect(() => {
    const abort = new AbortController()
    const ask = async () => {
      const options = { signal: abort.signal, headers: { 'Accept-Language': tongue } }
      setForm(await client.admin.previewForm({ settings: JSON.parse(asked) }, options))
      setRefusal(null)
    }
    const timer = setTimeout(() => {
      ask().catch((error: unknown) => {
        if (abort.signal.aborted) return
        setRefusal(isGatehouseError(error) ? error : new GatehouseError('UNEXPECTED_ANSWER'))
      })
    }, pause)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }, [asked, tongue])

  return (
    <Panel title={saySettings('preview')}>
      <Select
        name="language"
        label={saySettings('previewLanguage')}
        options={[
          { value: 'en', label: 'English' },
          { value: 'bn', label: 'বাংলা' },
        ]}
        isRequired
        defaultValue={tongue}
        onChange={setTongue}
      />
      <p role="status" className="hint">
        {refusal && saySettings('previewWaits')}
      </p>
      {form && <Trial key={form.schema_version} form={form} tongue={tongue} />}
    </Panel>
  )
}

/** The same fields as on the page itself; what is filled in is checked, and goes nowhere. */
function Trial({ form, tongue }: { form: Form; tongue: string }) {
  const sending = useSending(useMemo(() => sentencesOf(form), [form]))
  const [isTaken, setTaken] = useState(false)
  return (
    <div className="trial" lang={tongue}>
      <SendingForm
        sending={sending}
        submit={saySettings('tryOut')}
        onSubmit={async (values) => {
          const faults = faultsOf(form, values)
          setTaken(Object.keys(faults).length === 0)
          sending.refuse(faults)
        }}
      >
        <RegisterFields form={form} sending={sending} />
      </SendingForm>
      <p role="status">{isTaken && saySettings('wouldPass')}</p>
    </div>
  )
}
