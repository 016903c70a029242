import { z } from 'zod'
import type { Locale } from '../../context.ts'
import { lazily } from '../../lazily.ts'
import type { LetterText } from './letter.ts'
import type { Links } from './links.ts'
import { occasion } from './occasion.ts'

/** Payload of a letter about a change that its reader can take back. */
export const deniable = lazily(() => occasion.extend({ denial_token: z.string().min(1) }))

const labels: Record<Locale, string> = {
  en: 'This was not me',
  bn: 'কাজটি আমি করিনি',
}

const notes: Record<Locale, string> = {
  en: 'If it was you, there is nothing to do. If not, use the link: every device is signed out, the password stops working, a factor or sign-in provider that was added is removed, and you get a link to recover the account.',
  bn: 'কাজটি আপনার হলে আর কিছু করার প্রয়োজন নেই। আপনার না হলে লিংকটি ব্যবহার করুন: সব ডিভাইস থেকে সাইন আউট হবে, পাসওয়ার্ডটি আর কাজ করবে না, নতুন যোগ হওয়া ধাপ বা সাইন-ইন সেবাটি সরে যাবে এবং অ্যাকাউন্ট পুনরুদ্ধারের একটি লিংক আপনি পাবেন।',
}

export function denialOf(
  { denial_token: token }: { denial_token: string },
  links: Links,
  locale: Locale,
): Required<Pick<LetterText, 'action' | 'note'>> {
  return { action: { label: labels[locale], url: links.denyChange(token) }, note: notes[locale] }
}
