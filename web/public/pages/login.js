import { onSubmit } from './form.js'

onSubmit('login', ({ email, password }) => ({ email, password }), {
  done: 'You are signed in.',
  INVALID_CREDENTIALS: 'Address or password is wrong.',
  VALIDATION_FAILED: 'Check the address:',
})
