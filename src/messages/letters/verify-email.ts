import { z } from 'zod'
import { oneTime } from '../../policy.ts'
import { defineLetter } from './letter.ts'
import { greetingName, hoursOf } from './words.ts'

const schema = () =>
  z.object({
    token: z.string().min(1),
    code: z.string().regex(/^\d+$/),
    first_name: z.string().nullish(),
  })

export const verifyEmail = defineLetter(schema, {
  en({ token, code, first_name }, { service, links }) {
    const name = greetingName(first_name)
    return {
      subject: 'Confirm your e-mail address',
      paragraphs: [
        ...(name ? [`Hello ${name},`] : []),
        `Please confirm that this address is yours, to finish opening your account at ${service}.`,
      ],
      action: { label: 'Confirm the address', url: links.verifyEmail(token) },
      code: { label: 'Or enter this code:', value: code },
      note: `The link and the code work once, within ${hoursOf(oneTime.verifyEmailLife, 'en')}. If you did not ask for this, ignore this mail: nothing happens without your confirmation.`,
    }
  },
  bn({ token, code, first_name }, { service, links }) {
    const name = greetingName(first_name)
    return {
      subject: 'আপনার ইমেইল ঠিকানা নিশ্চিত করুন',
      paragraphs: [
        ...(name ? [`প্রিয় ${name},`] : []),
        `${service}-এ অ্যাকাউন্ট খোলা শেষ করতে নিশ্চিত করুন যে এই ইমেইল ঠিকানাটি আপনার।`,
      ],
      action: { label: 'ঠিকানা নিশ্চিত করুন', url: links.verifyEmail(token) },
      code: { label: 'অথবা এই কোডটি লিখুন:', value: code },
      note: `লিংক ও কোড একবারই ব্যবহার করা যায় এবং ${hoursOf(oneTime.verifyEmailLife, 'bn')} পর্যন্ত কার্যকর থাকে। অনুরোধটি আপনি না করে থাকলে এই ইমেইলটি উপেক্ষা করুন; আপনি নিশ্চিত না করলে কিছুই হবে না।`,
    }
  },
})
