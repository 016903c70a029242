import { onSubmit, token } from './form.js'

document.querySelector('#finish').href = `/recover/complete#token=${encodeURIComponent(token)}`

onSubmit(
  'recover/verify',
  ({ password, code }) => ({
    token,
    new_password: password,
    ...(code.trim() ? { backup_code: code } : {}),
  }),
  {
    done: ({ status, completes_at }) =>
      status === 'recovery_pending'
        ? `The recovery waits until ${new Date(completes_at).toLocaleString()}. Then open this link again to finish it.`
        : 'Your new password is set, and every device is signed out. You can sign in now.',
    TOKEN_INVALID: 'This link was used before, is too old, or is not complete. Ask for a new one.',
    MFA_CODE_INVALID: 'The backup code is wrong, or was used before.',
    VALIDATION_FAILED: 'This does not fit:',
  },
)
