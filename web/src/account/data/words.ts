import { speaker } from '../../words/words.ts'

const en = {
  export: 'Download your data',
  exportText:
    'Everything that is kept about you here, as one file (JSON): profile, sessions, second steps, activity. Passwords and secrets are not in it.',
  download: 'Download',
  saved: 'Downloaded.',
  close: 'Delete your account',
  closeText:
    'You are signed out everywhere at once. Seven days later your account and what is kept about you are deleted for good; until then, signing in keeps it.',
  closeAct: 'Delete the account',
  closeAsk: 'Delete your account?',
}

const bn: typeof en = {
  export: 'আপনার তথ্য ডাউনলোড করুন',
  exportText:
    'আপনার সম্পর্কে এখানে যা রাখা আছে, সব একটি ফাইলে (JSON): প্রোফাইল, সেশন, দ্বিতীয় ধাপ, কার্যকলাপ। পাসওয়ার্ড ও গোপন কিছু এতে থাকে না।',
  download: 'ডাউনলোড করুন',
  saved: 'ডাউনলোড হয়েছে।',
  close: 'অ্যাকাউন্ট মুছে ফেলুন',
  closeText:
    'সঙ্গে সঙ্গে সব জায়গা থেকে আপনার সাইন ইন শেষ হবে। সাত দিন পরে অ্যাকাউন্ট ও আপনার তথ্য চিরতরে মুছে যাবে; তার আগে সাইন ইন করলে থেকে যাবে।',
  closeAct: 'অ্যাকাউন্ট মুছে ফেলুন',
  closeAsk: 'অ্যাকাউন্ট মুছে ফেলবেন?',
}

export const sayData = speaker({ en, bn })
