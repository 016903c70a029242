import { onSubmit } from './form.js'

onSubmit('magic-link', ({ email }) => ({ email }), {
  done: ({ confirmation_code }) =>
    `A link is on its way. Open it in this browser. If you open it elsewhere, enter this code there: ${confirmation_code}`,
  VALIDATION_FAILED: 'Check the address:',
  RATE_LIMITED: 'A link was sent a moment ago. Wait a minute before you ask for another.',
})
