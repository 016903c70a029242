import { speaker } from '../../../words/words.ts'

const en = {
  title: 'Change the password',
  first: 'Set a password',
  current: 'Current password',
  submit: 'Change the password',
  text: 'Everybody who is signed in elsewhere is signed out by it.',
  done: 'The password is changed. Every other session has ended.',
  none: 'This account has no password. One is set by a link that goes to your e-mail address.',
  noAddress:
    'This account has no password, and no e-mail address that a link to set one could go to.',
  sendLink: 'Send a link',
  sent: 'A link is on its way to #.',
  back: 'Back to security',
}

const bn: typeof en = {
  title: 'পাসওয়ার্ড বদলান',
  first: 'পাসওয়ার্ড ঠিক করুন',
  current: 'এখনকার পাসওয়ার্ড',
  submit: 'পাসওয়ার্ড বদলান',
  text: 'এতে অন্য সব জায়গার সাইন ইন শেষ হয়।',
  done: 'পাসওয়ার্ড বদলেছে। অন্য সব সেশন শেষ হয়েছে।',
  none: 'এই অ্যাকাউন্টে পাসওয়ার্ড নেই। আপনার ইমেইলে পাঠানো লিঙ্ক দিয়ে তা ঠিক করা যায়।',
  noAddress: 'এই অ্যাকাউন্টে পাসওয়ার্ড নেই, লিঙ্ক পাঠানোর মতো ইমেইল ঠিকানাও নেই।',
  sendLink: 'লিঙ্ক পাঠান',
  sent: '# ঠিকানায় একটি লিঙ্ক পাঠানো হয়েছে।',
  back: 'নিরাপত্তায় ফিরুন',
}

export const sayPassword = speaker({ en, bn })
