import { speaker } from '../../words/words.ts'

const en = {
  text: 'Accounts of other services that you may sign in here with.',
  none: 'None yet.',
  linked: 'Linked #',
  lastUsed: 'last used #',
  link: 'Link # here',
  unlink: 'Unlink',
  unlinkThis: 'Unlink this account?',
  unlinkText: 'It signs you in here no longer, and every other session ends.',
  noProviders: 'No other service is offered here.',
}

const bn: typeof en = {
  text: 'অন্য সেবার যেসব অ্যাকাউন্ট দিয়ে এখানে সাইন ইন করতে পারেন।',
  none: 'এখনো নেই।',
  linked: 'যুক্ত হয়েছে #',
  lastUsed: 'শেষ ব্যবহার #',
  link: '# যুক্ত করুন',
  unlink: 'বাদ দিন',
  unlinkThis: 'এই অ্যাকাউন্ট বাদ দেবেন?',
  unlinkText: 'এটি দিয়ে আর এখানে সাইন ইন হবে না, আর অন্য সব সেশন শেষ হবে।',
  noProviders: 'এখানে অন্য কোনো সেবা নেই।',
}

export const sayIdentities = speaker({ en, bn })
