import { speaker } from '../../words/words.ts'

const en = {
  about: 'About you',
  save: 'Save',
  saved: 'Saved.',
  change: 'Change',
  add: 'Add',
  confirmed: 'confirmed',

  newEmail: 'New e-mail address',
  sendLink: 'Send a link',
  emailText: 'It changes once you open the link that goes to the new address.',
  emailSent: 'A link is on its way to #.',
  emailStays: 'Until you open it nothing changes; if you leave it alone, it runs out after a day.',
  emailUndo: 'The old address gets a letter too, with a link that takes the change back.',
  emailChanged: 'This is your address now.',
  anotherAddress: 'Take another address',

  newPhone: 'New phone number',
  phoneText: 'It changes once you enter the code that goes to the new number.',
  phoneSent: 'A code is on its way to #.',
  phoneChanged: 'This is your number now.',
}

const bn: typeof en = {
  about: 'আপনার সম্পর্কে',
  save: 'সংরক্ষণ করুন',
  saved: 'সংরক্ষিত হয়েছে।',
  change: 'বদলান',
  add: 'যোগ করুন',
  confirmed: 'নিশ্চিত',

  newEmail: 'নতুন ইমেইল ঠিকানা',
  sendLink: 'লিঙ্ক পাঠান',
  emailText: 'নতুন ঠিকানায় পাঠানো লিঙ্কটি খুললে এটি বদলাবে।',
  emailSent: '# ঠিকানায় একটি লিঙ্ক পাঠানো হয়েছে।',
  emailStays: 'না খোলা পর্যন্ত কিছু বদলাবে না; না খুললে এক দিন পরে লিঙ্কটি অচল হবে।',
  emailUndo: 'পুরোনো ঠিকানাতেও চিঠি যাবে, তাতে বদলটি ফিরিয়ে নেওয়ার লিঙ্ক থাকবে।',
  emailChanged: 'এখন থেকে এটিই আপনার ঠিকানা।',
  anotherAddress: 'অন্য ঠিকানা দিন',

  newPhone: 'নতুন ফোন নম্বর',
  phoneText: 'নতুন নম্বরে পাঠানো কোডটি লিখলে এটি বদলাবে।',
  phoneSent: '# নম্বরে একটি কোড পাঠানো হয়েছে।',
  phoneChanged: 'এখন থেকে এটিই আপনার নম্বর।',
}

export const sayProfile = speaker({ en, bn })
