import { onSubmit, token } from './form.js'

onSubmit('me/email/undo', () => ({ token }), {
  done: 'The address is back. A link to recover the account is on its way to it.',
  TOKEN_INVALID: 'This link no longer works.',
  USER_EXISTS: 'There is another account with this address by now.',
})
