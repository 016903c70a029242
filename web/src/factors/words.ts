import { speaker } from '../words/words.ts'

const en = {
  scan: 'Scan this with your authenticator app, then enter the six digits that it shows.',
  qrCode: 'QR code for the authenticator app',
  secret: 'No camera? Enter this key in the app:',
  phoneForCodes: 'Phone number for codes',
  sendToPhone: 'Send a code',
  codeSentTo: 'A code is on its way to #.',
  turnOn: 'Turn on',
  backupCodes: 'Your backup codes',
  backupCodesText:
    'With one of these you get in when you cannot use anything else. Each works once. Keep them where nobody else looks: they are shown only now.',
  copy: 'Copy',
  copied: 'Copied.',
  download: 'Download',
  print: 'Print',
  kept: 'I have kept them',
  notKept: 'Have you kept the codes?',
  notKeptText: 'They are shown only now: once you leave this page, they cannot be seen again.',
  stay: 'Back to the codes',
  leave: 'Leave without them',
  fileName: 'gatehouse-backup-codes.txt',
}

const bn: typeof en = {
  scan: 'অথেনটিকেটর অ্যাপ দিয়ে এটি স্ক্যান করুন, তারপর অ্যাপে দেখানো ছয়টি সংখ্যা লিখুন।',
  qrCode: 'অথেনটিকেটর অ্যাপের জন্য কিউআর কোড',
  secret: 'ক্যামেরা নেই? অ্যাপে এই কি লিখুন:',
  phoneForCodes: 'কোড পাওয়ার ফোন নম্বর',
  sendToPhone: 'কোড পাঠান',
  codeSentTo: '# ঠিকানায় একটি কোড পাঠানো হয়েছে।',
  turnOn: 'চালু করুন',
  backupCodes: 'আপনার ব্যাকআপ কোড',
  backupCodesText:
    'অন্য কিছু ব্যবহার করতে না পারলে এর একটি দিয়ে ঢুকতে পারবেন। প্রতিটি একবারই কাজ করে। অন্য কেউ দেখে না এমন জায়গায় রাখুন: এগুলো শুধু এখনই দেখানো হচ্ছে।',
  copy: 'কপি করুন',
  copied: 'কপি হয়েছে।',
  download: 'ডাউনলোড করুন',
  print: 'প্রিন্ট করুন',
  kept: 'আমি এগুলো রেখে দিয়েছি',
  notKept: 'কোডগুলো কি রেখে দিয়েছেন?',
  notKeptText: 'এগুলো শুধু এখনই দেখানো হচ্ছে: এই পাতা ছেড়ে গেলে আর দেখা যাবে না।',
  stay: 'কোডগুলোতে ফিরে যান',
  leave: 'না রেখেই চলে যান',
  fileName: 'gatehouse-backup-codes.txt',
}

/** What setting up a second factor has to say, at a sign-in and in the account. */
export const sayFactor = speaker({ en, bn })
