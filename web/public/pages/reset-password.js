import { onSubmit, token } from './form.js'

onSubmit('reset-password', ({ password }) => ({ token, password }), {
  done: 'Your new password is set, and every device is signed out. You can sign in now.',
  TOKEN_INVALID: 'This link was used before, is too old, or is not complete. Ask for a new one.',
  VALIDATION_FAILED: 'This password does not fit:',
})
