import { z } from 'zod'
import { defineLetter } from './letter.ts'
import { factsOf, occasion } from './occasion.ts'
import { undoOf } from './undo.ts'

const payload = () => occasion.extend({ token: z.string().min(1) })

/** To the address that an account has, while the new one waits for its proof. */
export const emailChanging = defineLetter(payload, {
  en: (payload, { service, links }) => ({
    subject: 'Your e-mail address is about to change',
    paragraphs: [
      `Somebody who is signed in to your account at ${service} asked for another e-mail address. It changes as soon as the new address is confirmed.`,
    ],
    facts: factsOf(payload, 'en'),
    ...undoOf(payload.token, links, 'en'),
  }),
  bn: (payload, { service, links }) => ({
    subject: 'আপনার ইমেইল ঠিকানা বদলাতে যাচ্ছে',
    paragraphs: [
      `${service}-এ আপনার অ্যাকাউন্টে সাইন ইন করে কেউ একজন ইমেইল ঠিকানা বদলাতে চেয়েছেন। নতুন ঠিকানাটি নিশ্চিত হলেই তা বদলে যাবে।`,
    ],
    facts: factsOf(payload, 'bn'),
    ...undoOf(payload.token, links, 'bn'),
  }),
})
