import { onSubmit, say, token } from './form.js'

const elsewhere = document.querySelector('#elsewhere')
const code = document.querySelector('#confirmation_code')

onSubmit(
  'magic-link/verify',
  ({ confirmation_code }) => (confirmation_code ? { token, confirmation_code } : { token }),
  {
    done: 'You are signed in.',
    TOKEN_INVALID: 'This link was used before, is too old, or is not complete. Ask for a new one.',
    CONFIRMATION_REQUIRED:
      'You asked for this link in another browser. Enter the code that is shown there.',
    CODE_INVALID: 'This code is wrong. Look again where you asked for the link.',
  },
  ({ answer, problem }) => {
    if (problem?.code === 'CONFIRMATION_REQUIRED') {
      elsewhere.hidden = false
      code.required = true
      code.focus()
    }
    if (answer?.mfa_required || answer?.mfa_enrollment_required) {
      return say('Your account asks for a second factor: sign in with your app.')
    }
    // The service answers only pages of the tenant's list.
    if (answer?.redirect_to) location.replace(answer.redirect_to)
  },
)
