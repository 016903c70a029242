import { onSubmit, token } from './form.js'

onSubmit('me/email/verify', () => ({ token }), {
  done: 'This is now the address of your account.',
  TOKEN_INVALID: 'This link no longer works. Sign in and ask for the change again.',
  USER_EXISTS: 'There is another account with this address.',
})
