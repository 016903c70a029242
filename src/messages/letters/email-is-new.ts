import { defineLetter } from './letter.ts'
import { factsOf, occasion } from './occasion.ts'

/** To the address that an account has now. */
export const emailIsNew = defineLetter(() => occasion, {
  en: (payload, { service, links }) => ({
    subject: 'This is now the address of your account',
    paragraphs: [
      `Your account at ${service} has this e-mail address now. Letters and codes come here from now on.`,
    ],
    facts: factsOf(payload, 'en'),
    action: { label: 'Sign in', url: links.signIn },
  }),
  bn: (payload, { service, links }) => ({
    subject: 'এখন থেকে এটিই আপনার অ্যাকাউন্টের ঠিকানা',
    paragraphs: [
      `${service}-এ আপনার অ্যাকাউন্টে এখন এই ইমেইল ঠিকানাটি আছে। চিঠি ও কোড এখন থেকে এখানেই আসবে।`,
    ],
    facts: factsOf(payload, 'bn'),
    action: { label: 'সাইন ইন করুন', url: links.signIn },
  }),
})
