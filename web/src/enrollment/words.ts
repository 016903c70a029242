import { speaker } from '../words/words.ts'

const en = {
  title: 'Set up a second step',
  text: 'This account needs something beside the password: so nobody gets in who only knows that. Choose what you confirm with from now on.',
  totpText: 'An app on your phone shows six digits.',
  webauthnText: 'The lock of your device, or a key that you plug in or hold to it.',
  emailText: 'A code is mailed to you each time.',
  smsText: 'A code is texted to your phone each time.',
  whatsappText: 'A code comes by WhatsApp each time.',
  keyText: 'Your browser asks you to confirm next.',
  makePasskey: 'Create a passkey',
  useSecurityKey: 'Use a security key',
  passkey: 'Passkey',
  securityKey: 'Security key',
  another: 'Choose another one',
  mailbox: 'Show your mailbox first',
  mailboxText:
    'This account needs a second step, and it is not set up with a password alone. Sign in with a code or link by e-mail, or choose a new password by e-mail; then set it up within the hour.',
  mailboxBack: 'Sign in by e-mail',
  mailboxReset: 'Choose a new password',
  done: 'Your second step is on',
  doneText: 'Sign in once more, and confirm with it.',
}

type Word = keyof typeof en

const bn: Record<Word, string> = {
  title: 'দ্বিতীয় ধাপ চালু করুন',
  text: 'এই অ্যাকাউন্টে পাসওয়ার্ডের সঙ্গে আরেকটি প্রমাণ লাগে: তাহলে শুধু পাসওয়ার্ড জেনে কেউ ঢুকতে পারবে না। এখন থেকে কী দিয়ে নিশ্চিত করবেন, বেছে নিন।',
  totpText: 'ফোনের একটি অ্যাপ ছয়টি সংখ্যা দেখায়।',
  webauthnText: 'আপনার ডিভাইসের লক, অথবা এমন একটি কি যা লাগাতে বা কাছে ধরতে হয়।',
  emailText: 'প্রতিবার ইমেইলে একটি কোড আসে।',
  smsText: 'প্রতিবার ফোনে এসএমএসে একটি কোড আসে।',
  whatsappText: 'প্রতিবার হোয়াটসঅ্যাপে একটি কোড আসে।',
  keyText: 'এরপর আপনার ব্রাউজার নিশ্চিত করতে বলবে।',
  makePasskey: 'পাসকি তৈরি করুন',
  useSecurityKey: 'সিকিউরিটি কি ব্যবহার করুন',
  passkey: 'পাসকি',
  securityKey: 'সিকিউরিটি কি',
  another: 'অন্য একটি বেছে নিন',
  mailbox: 'আগে আপনার ইমেইল প্রমাণ করুন',
  mailboxText:
    'এই অ্যাকাউন্টে দ্বিতীয় ধাপ দরকার, আর শুধু পাসওয়ার্ড দিয়ে তা চালু করা যায় না। ইমেইলে পাঠানো কোড বা লিংক দিয়ে সাইন ইন করুন, অথবা ইমেইলে নতুন পাসওয়ার্ড ঠিক করুন; তারপর এক ঘণ্টার মধ্যে এটি চালু করুন।',
  mailboxBack: 'ইমেইল দিয়ে সাইন ইন করুন',
  mailboxReset: 'নতুন পাসওয়ার্ড ঠিক করুন',
  done: 'দ্বিতীয় ধাপ চালু হয়েছে',
  doneText: 'আরেকবার সাইন ইন করুন, আর এটি দিয়ে নিশ্চিত করুন।',
}

/** What a sign-in says that cannot go on without a second factor. */
export const sayEnrollment = speaker<Word>({ en, bn })
