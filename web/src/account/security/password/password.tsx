import { useAuth } from 'gatehouse-client/react'
import { useState } from 'react'
import { client } from '../../../client.ts'
import { FormLoader } from '../../../forms/form-loader.tsx'
import { useSending } from '../../../forms/use-sending.ts'
import { Link } from '../../../router.tsx'
import { Button } from '../../../ui/button.tsx'
import { Heading } from '../../../ui/heading.tsx'
import { Loader } from '../../../ui/loader.tsx'
import { Notice } from '../../../ui/notice.tsx'
import { useLoaded } from '../../../ui/use-loaded.ts'
import { PasswordForm } from './password-form.tsx'
import { sayPassword } from './words.ts'

const load = (signal: AbortSignal) => client.mfa.methods(undefined, { signal })

export function Password() {
  const methods = useLoaded(load)
  const isFirst = methods.value?.has_password === false
  return (
    <>
      <Heading title={sayPassword(isFirst ? 'first' : 'title')} />
      <div className="panel">
        <Loader of={methods}>
          {({ has_password }) =>
            has_password ? (
              <FormLoader name="reset_password">
                {(form) => <PasswordForm form={form} />}
              </FormLoader>
            ) : (
              <FirstPassword />
            )
          }
        </Loader>
      </div>
      <p>
        <Link to="/account/security">{sayPassword('back')}</Link>
      </p>
    </>
  )
}

/** Who came without one proves the mailbox first. */
function FirstPassword() {
  const { user } = useAuth()
  const sending = useSending()
  const [isSent, setSent] = useState(false)
  const email = user?.email
  if (!email) return <p>{sayPassword('noAddress')}</p>
  if (isSent) return <p role="status">{sayPassword('sent', email)}</p>
  return (
    <>
      <p>{sayPassword('none')}</p>
      <Notice refusal={sending.refusal} />
      <Button
        kind="primary"
        isPending={sending.isSending}
        isDisabled={sending.wait > 0}
        onPress={() => {
          void sending.run(async () => {
            await client.password.forgot({ email })
            setSent(true)
          })
        }}
      >
        {sayPassword('sendLink')}
      </Button>
    </>
  )
}
