const email = 'ada@example.com'
const password = 'four tall herons wade at dawn'
const newPassword = 'nine quiet foxes cross the ford'
/** Shaped so that nobody takes it for a token. */
const token = 'the part of the link behind #token='

/** Bodies to begin with on the page of the documentation, as in the tour of the README. */
export const examples = {
  register: { example: { email, password, terms_accepted: true, privacy_accepted: true } },
  verify: {
    examples: {
      link: { summary: 'By the link of the mail', value: { token } },
      code: { summary: 'By its six digits', value: { email, code: '123456' } },
    },
  },
  signIn: { example: { email, password } },
  address: { example: { email } },
  reset: { example: { token, password: newPassword } },
  change: { example: { current_password: password, new_password: newPassword } },
  strength: { example: { password, email } },
}
