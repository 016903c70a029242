import type { Locale } from '../../context.ts'
import { emailChange as policy } from '../../policy.ts'
import type { LetterText } from './letter.ts'
import type { Links } from './links.ts'
import { hoursOf } from './words.ts'

const labels: Record<Locale, string> = {
  en: 'Bring this address back',
  bn: 'এই ঠিকানাটি ফিরিয়ে আনুন',
}

const notes: Record<Locale, (hours: string) => string> = {
  en: (hours) =>
    `If it was you, there is nothing to do. If not, use the link within ${hours}: this address stays with the account, every device is signed out, the password stops working, what was added since is removed, and you get a link to recover the account.`,
  bn: (hours) =>
    `কাজটি আপনার হলে আর কিছু করার প্রয়োজন নেই। আপনার না হলে ${hours}র মধ্যে লিংকটি ব্যবহার করুন: অ্যাকাউন্টে এই ঠিকানাটিই থাকবে, সব ডিভাইস থেকে সাইন আউট হবে, পাসওয়ার্ডটি আর কাজ করবে না, এর পরে যা যোগ হয়েছে তা সরে যাবে এবং অ্যাকাউন্ট পুনরুদ্ধারের একটি লিংক আপনি পাবেন।`,
}

/** The end of a letter to the old address of an account. */
export function undoOf(
  token: string,
  links: Links,
  locale: Locale,
): Required<Pick<LetterText, 'action' | 'note'>> {
  return {
    action: { label: labels[locale], url: links.undoEmail(token) },
    note: notes[locale](hoursOf(policy.undoLife, locale)),
  }
}
