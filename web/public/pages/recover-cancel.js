import { onSubmit, token } from './form.js'

onSubmit('recover/cancel', () => ({ token }), {
  done: 'The recovery is cancelled. Choose a new password for your mailbox: somebody else may be reading it.',
  TOKEN_INVALID: 'There is no recovery that waits any more.',
})
