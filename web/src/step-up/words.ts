import { speaker } from '../words/words.ts'

const en = {
  title: 'Confirm that it is you',
  text: 'This takes a fresh proof. Once you have given it, what you were doing goes on by itself.',
  none: 'This takes a fresh sign-in. Sign in again, and then do it once more.',
  signInAgain: 'Sign in again',
}

const bn: typeof en = {
  title: 'নিশ্চিত করুন যে এটি আপনি',
  text: 'এর জন্য নতুন করে প্রমাণ দরকার। প্রমাণ দিলেই আপনার কাজটি নিজে থেকে এগিয়ে যাবে।',
  none: 'এর জন্য নতুন করে সাইন ইন করা দরকার। আবার সাইন ইন করে কাজটি আরেকবার করুন।',
  signInAgain: 'আবার সাইন ইন করুন',
}

export const sayStepUp = speaker({ en, bn })
