import { onSubmit, say } from './form.js'

onSubmit(
  'magic-link',
  ({ email }) => ({ email }),
  {
    done: 'A link is on its way.',
    VALIDATION_FAILED: 'Check the address:',
    RATE_LIMITED: 'A link was sent a moment ago. Wait a minute before you ask for another.',
  },
  ({ answer }) => {
    if (!answer) return
    const code = answer.confirmation_code
    say(
      `A link is on its way. Open it in this browser. If you open it elsewhere, enter this code there: ${code}`,
    )
  },
)
