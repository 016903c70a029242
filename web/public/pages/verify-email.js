import { onSubmit, token } from './form.js'

const [confirmation, intro, again, signIn, choosePassword] = [
  '#form',
  '#intro',
  '#again',
  '#sign-in',
  '#choose-password',
].map((selector) => document.querySelector(selector))

/** Without a good link there is nothing to confirm: only to ask for another. */
function offerAnother() {
  confirmation.hidden = true
  intro.hidden = true
  again.hidden = false
}

onSubmit(
  'verify-email',
  () => ({ token }),
  {
    done: 'Thank you: your address is confirmed.',
    TOKEN_INVALID:
      'This link was used before, is too old, or is not complete. If your address is confirmed already, you can sign in.',
  },
  {
    after(problem, { password_set: isPasswordSet }) {
      if (problem && problem.code !== 'TOKEN_INVALID') return
      intro.hidden = true
      // The address was registered more than once, so none of the passwords counts.
      if (!problem && !isPasswordSet) {
        choosePassword.hidden = false
        return
      }
      signIn.hidden = false
      if (problem) offerAnother()
    },
  },
)

onSubmit(
  'verify-email/resend',
  ({ email }) => ({ email }),
  {
    done: 'If this address waits to be confirmed, a new mail is on its way to it.',
    VALIDATION_FAILED: 'Check the address:',
  },
  { form: again },
)

if (!token) {
  offerAnother()
  document.querySelector('#outcome').textContent =
    'This page needs the whole link of the mail. Open it from there, or ask for a new one.'
}
