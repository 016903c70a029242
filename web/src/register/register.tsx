import { useState } from 'react'
import { FormLoader } from '../forms/form-loader.tsx'
import { Link } from '../router.tsx'
import { LanguageSwitch } from '../ui/language-switch.tsx'
import { Page } from '../ui/page.tsx'
import { say } from '../words/words.ts'
import { RegisterForm } from './register-form.tsx'
import { type Pending, Verify } from './verify.tsx'

/** An account, as the tenant's form asks for it, and the proof of its address. */
export function Register() {
  const [pending, setPending] = useState<Pending | null>(null)
  return (
    <Page title={say(pending ? 'verifyTitle' : 'signUp')}>
      {pending && <Verify pending={pending} onBack={() => setPending(null)} />}
      {/* It stays, so that who has mistyped the address finds the rest as it was. */}
      <div hidden={pending !== null}>
        <FormLoader name="register">
          {(form) => <RegisterForm form={form} onPending={setPending} />}
        </FormLoader>
      </div>
      <p className="foot">
        {say('haveAccount')} <Link to="/login">{say('signIn')}</Link>
      </p>
      <LanguageSwitch />
    </Page>
  )
}
