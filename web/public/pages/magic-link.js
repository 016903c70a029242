import { onSubmit, token } from './form.js'

const elsewhere = document.querySelector('#elsewhere')
const code = document.querySelector('#confirmation_code')

onSubmit(
  'magic-link/verify',
  ({ confirmation_code }) => (confirmation_code ? { token, confirmation_code } : { token }),
  {
    done: signedIn,
    TOKEN_INVALID: 'This link was used before, is too old, or is not complete. Ask for a new one.',
    CONFIRMATION_REQUIRED: askForCode,
    CODE_INVALID: 'This code is wrong. Look again where you asked for the link.',
  },
)

function signedIn({ mfa_required, mfa_enrollment_required, redirect_to }) {
  if (mfa_required || mfa_enrollment_required) {
    return 'Your account asks for a second factor: sign in with your app.'
  }
  // The service answers only pages of the tenant's list.
  if (redirect_to) location.replace(redirect_to)
  return 'You are signed in.'
}

function askForCode() {
  elsewhere.hidden = false
  code.required = true
  code.focus()
  return 'You asked for this link in another browser. Enter the code that is shown there.'
}
