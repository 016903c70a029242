import { onSubmit, token } from './form.js'

onSubmit('recover/complete', () => ({ token }), {
  done: 'Your account is recovered, and every device is signed out. You can sign in now.',
  TOKEN_INVALID: 'There is no recovery that waits under this link.',
  RECOVERY_PENDING: 'The recovery still waits. Come back later with the same link.',
})
