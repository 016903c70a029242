import { onSubmit } from './form.js'

onSubmit('login', ({ email, password }) => ({ email, password }), {
  done: (answer) =>
    'access_token' in answer
      ? 'You are signed in.'
      : 'Your password is right. Your account asks for a second factor too, which this plain page does not take.',
  INVALID_CREDENTIALS: 'Address or password is wrong.',
  VALIDATION_FAILED: 'Check the address:',
})
