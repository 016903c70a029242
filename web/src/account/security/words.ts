import { knowRefusals, speaker } from '../../words/words.ts'

const en = {
  passwordText: 'Long is better than complicated. Take one that you use nowhere else.',
  noPassword: 'This account has none: you sign in in another way.',
  changePassword: 'Change the password',
  setPassword: 'Set a password',

  factors: 'Second step',
  factorsText:
    'Asked for beside your password. With two of them, losing one does not lock you out.',
  noFactors: 'None yet. With one, your password alone lets nobody in.',
  setUp: 'Set up:',
  added: 'Added #',
  lastUsed: 'last used #',
  remove: 'Remove',
  removeFactor: 'Remove this second step?',
  removeFactorText:
    'Sign-ins stop asking for it, and everybody who is signed in elsewhere with it is signed out.',

  keys: 'Passkeys and security keys',
  keysText:
    'A passkey signs you in with the lock of your device, and needs no password. A security key is plugged in or held to it.',
  noKeys: 'None yet.',
  addPasskey: 'Add a passkey',
  addSecurityKey: 'Add a security key',
  keyName: 'Name, to know it by',
  addKeyText: 'Your browser asks you to confirm next.',
  noKeysHere: 'This browser knows no passkeys.',
  goOn: 'Continue',
  passkey: 'Passkey',
  securityKey: 'Security key',
  synced: 'kept on several devices',
  rename: 'Rename',
  renameKey: 'Rename this key',
  save: 'Save',
  removeKey: 'Remove this key?',
  removeKeyText:
    'It opens this account no longer. On the device it may stay in the list of passkeys until you delete it there.',

  backupCodes: 'Backup codes',
  codesLeft: '# left. Each gets you in once when you cannot use anything else.',
  noCodes: 'You get ten of them once a second step is set up.',
  renewCodes: 'Get new codes',
  renewCodesText: 'The old codes stop working at once.',
}

const bn: typeof en = {
  passwordText: 'জটিলের চেয়ে লম্বা পাসওয়ার্ড ভালো। অন্য কোথাও ব্যবহার করেন না এমন একটি নিন।',
  noPassword: 'এই অ্যাকাউন্টে পাসওয়ার্ড নেই: আপনি অন্য উপায়ে সাইন ইন করেন।',
  changePassword: 'পাসওয়ার্ড বদলান',
  setPassword: 'পাসওয়ার্ড ঠিক করুন',

  factors: 'দ্বিতীয় ধাপ',
  factorsText: 'পাসওয়ার্ডের পাশাপাশি চাওয়া হয়। দুটি থাকলে একটি হারালেও আটকে পড়বেন না।',
  noFactors: 'এখনো নেই। থাকলে শুধু পাসওয়ার্ড জেনে কেউ ঢুকতে পারবে না।',
  setUp: 'চালু করুন:',
  added: 'যোগ হয়েছে #',
  lastUsed: 'শেষ ব্যবহার #',
  remove: 'সরিয়ে দিন',
  removeFactor: 'এই দ্বিতীয় ধাপ সরিয়ে দেবেন?',
  removeFactorText: 'সাইন ইনে এটি আর চাওয়া হবে না, আর এটি দিয়ে অন্য কোথাও সাইন ইন করা থাকলে তা শেষ হবে।',

  keys: 'পাসকি ও সিকিউরিটি কি',
  keysText:
    'পাসকি আপনার ডিভাইসের লক দিয়েই সাইন ইন করায়, পাসওয়ার্ড লাগে না। সিকিউরিটি কি লাগিয়ে বা ছুঁইয়ে ব্যবহার করতে হয়।',
  noKeys: 'এখনো নেই।',
  addPasskey: 'পাসকি যোগ করুন',
  addSecurityKey: 'সিকিউরিটি কি যোগ করুন',
  keyName: 'চেনার জন্য একটি নাম',
  addKeyText: 'এরপর আপনার ব্রাউজার নিশ্চিত করতে বলবে।',
  noKeysHere: 'এই ব্রাউজারে পাসকি চলে না।',
  goOn: 'এগিয়ে যান',
  passkey: 'পাসকি',
  securityKey: 'সিকিউরিটি কি',
  synced: 'একাধিক ডিভাইসে রাখা',
  rename: 'নাম বদলান',
  renameKey: 'এই কি-র নাম বদলান',
  save: 'সংরক্ষণ করুন',
  removeKey: 'এই কি সরিয়ে দেবেন?',
  removeKeyText: 'এটি দিয়ে আর এই অ্যাকাউন্ট খুলবে না। ডিভাইসে মুছে না ফেলা পর্যন্ত সেখানকার তালিকায় থেকে যেতে পারে।',

  backupCodes: 'ব্যাকআপ কোড',
  codesLeft: '#টি বাকি। অন্য কিছু ব্যবহার করতে না পারলে প্রতিটি একবার করে ঢুকতে দেয়।',
  noCodes: 'দ্বিতীয় ধাপ চালু করলে দশটি পাবেন।',
  renewCodes: 'নতুন কোড নিন',
  renewCodesText: 'পুরোনো কোডগুলো সঙ্গে সঙ্গে অচল হবে।',
}

export const saySecurity = speaker({ en, bn })

knowRefusals({
  en: {
    MAILBOX_PROOF_REQUIRED:
      'A password alone does not set up a second step here. Sign in with a code or link by e-mail, then set it up within the hour.',
  },
  bn: {
    MAILBOX_PROOF_REQUIRED:
      'এখানে শুধু পাসওয়ার্ড দিয়ে দ্বিতীয় ধাপ চালু করা যায় না। ইমেইলে পাঠানো কোড বা লিংক দিয়ে সাইন ইন করুন, তারপর এক ঘণ্টার মধ্যে এটি চালু করুন।',
  },
})
