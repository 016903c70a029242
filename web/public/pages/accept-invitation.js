import { onSubmit, token } from './form.js'

onSubmit('/invitations/accept', () => ({ token }), {
  done: ({ tenant, user_created: isNew }) =>
    isNew
      ? `Welcome to ${tenant}. There is an account for your address now: choose a password by "Forgot the password?", or sign in with a link or a code.`
      : `You are in: sign in to ${tenant} as always.`,
  TOKEN_INVALID:
    'The invitation was used already, was taken back, or is too old. Ask for a new one.',
  ACCOUNT_DISABLED: 'The account of this address is disabled. Ask an administrator.',
})
