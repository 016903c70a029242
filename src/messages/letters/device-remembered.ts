import { device } from '../../policy.ts'
import { deniable, denialOf } from './denial.ts'
import { defineLetter } from './letter.ts'
import { factsOf } from './occasion.ts'
import { numberOf } from './words.ts'

const days = device.rememberedLife / 86_400

export const deviceRemembered = defineLetter(() => deniable, {
  en: (payload, { service, links }) => ({
    subject: 'A new device of your account',
    paragraphs: [
      `A device was remembered for your account at ${service}: for ${numberOf(days, 'en')} days, signing in on it takes the password alone.`,
    ],
    facts: factsOf(payload, 'en'),
    ...denialOf(payload, links, 'en'),
  }),
  bn: (payload, { service, links }) => ({
    subject: 'আপনার অ্যাকাউন্টে একটি নতুন ডিভাইস',
    paragraphs: [
      `${service}-এ আপনার অ্যাকাউন্টের জন্য একটি ডিভাইস মনে রাখা হয়েছে: ${numberOf(days, 'bn')} দিন পর্যন্ত এই ডিভাইসে শুধু পাসওয়ার্ড দিয়েই সাইন ইন করা যাবে।`,
    ],
    facts: factsOf(payload, 'bn'),
    ...denialOf(payload, links, 'bn'),
  }),
})
