import { onSubmit } from './form.js'

onSubmit('recover', ({ email }) => ({ email }), {
  done: 'If there is an account with this address, a link is on its way to it.',
  VALIDATION_FAILED: 'Check the address:',
})
