import { onSubmit, token } from './form.js'

onSubmit('verify-email', () => ({ token }), {
  done: 'Thank you: your address is confirmed. You can sign in now.',
  TOKEN_INVALID: 'This link was used before, is too old, or is not complete. Ask for a new one.',
})
