import { onSubmit, token } from './form.js'

onSubmit('recover/not-me', () => ({ token }), {
  done: 'The account is closed to everybody else. We have mailed you a link to recover it. Choose a new password for your mailbox as well, if somebody else may be reading it.',
  TOKEN_INVALID:
    'The link was used already, or is too old. You can ask for a recovery of the account at any time.',
})
