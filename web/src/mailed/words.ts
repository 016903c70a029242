import { speaker } from '../words/words.ts'

const en = {
  signIn: 'Sign in',
  toAccount: 'To your account',
  choosePassword: 'Choose a password',
  recover: 'Recover your account',
  incomplete: 'The link is not complete',
  incompleteText: 'A part of it got lost on the way. Open it from the mail itself.',
  outdated: 'This link no longer works',

  verify: 'Confirm your e-mail address',
  verifyText: 'One more step: confirm that this address is yours.',
  verifyAct: 'Confirm',
  verified: 'Your address is confirmed',
  verifiedText: 'Thank you. You can sign in now.',
  verifiedWithoutPassword: 'One thing is left: choose a password. We mail you a link for it.',
  verifyOutdated:
    'It was used before, or is too old. If your address is confirmed already, sign in; if not, ask for a new mail.',
  anotherMail: 'Send a new mail',
  anotherMailSent: 'If this address waits to be confirmed, a new mail is on its way to it.',

  newEmail: 'Confirm your new address',
  newEmailText: 'This mailbox becomes the address of your account. Other devices are signed out.',
  emailChanged: 'Your address is changed',
  emailChangedText: 'From now on, letters go to the new address, and you sign in with it.',
  newEmailOutdated:
    'It was used before, or is too old. Ask for the change once more in your account.',
  emailTaken: 'This address is taken',
  emailTakenText: 'Another account has it by now. Nothing was changed.',

  undoEmail: 'Keep this address',
  undoEmailText:
    'The address of this mailbox goes back to your account. Every device is signed out, the password stops working, and what was added since is removed. A link to recover the account is mailed here.',
  undoEmailAct: 'Bring it back',
  emailRestored: 'The address is back',
  emailRestoredText: 'Look into your mail: a link to recover the account is on its way.',
  undoEmailOutdated:
    'It was used before, or is too old. If you cannot get into your account, recover it.',
  undoEmailTaken: 'Another account has this address by now. Nothing was changed.',

  cancelRecovery: 'Cancel the recovery',
  cancelRecoveryText:
    'Somebody who can read your mail asked to get into your account without your second factor. If it was not you, cancel it.',
  cancelRecoveryAct: 'Cancel it',
  recoveryCancelled: 'The recovery is cancelled',
  recoveryCancelledText:
    'Your account stays as it was. Choose a new password for your mailbox: somebody else may be reading it.',
  cancelRecoveryOutdated:
    'There is no recovery that waits: it was cancelled, or it has taken effect. If you cannot sign in, recover your account.',

  notMe: 'This was not you?',
  notMeText:
    'Every device is signed out, the password stops working, and what was added is removed. A link to recover the account is mailed to you.',
  notMeAct: 'Close it to everybody else',
  denied: 'The account is closed to everybody else',
  deniedText:
    'Look into your mail: a link to recover it is on its way. Choose a new password for your mailbox as well, if somebody else may be reading it.',
  notMeOutdated:
    'It was used before, or is too old. You can ask for a recovery of the account at any time.',

  invitation: 'Accept the invitation',
  invitationText:
    'The account of the address that this was mailed to gets the role that was offered.',
  invitationAct: 'Accept',
  accepted: 'Welcome',
  acceptedText: 'The role is yours. Sign in as always.',
  acceptedNew:
    'There is an account for your address now. Choose a password for it, or sign in with a link or a code.',
  invitationOutdated:
    'It was used before, was taken back, or is too old. Ask for a new one where it came from.',
  disabled: 'The account is disabled',
  disabledText: 'Ask whoever invited you. Nothing was changed.',
}

const bn: typeof en = {
  signIn: 'সাইন ইন করুন',
  toAccount: 'আপনার অ্যাকাউন্টে যান',
  choosePassword: 'পাসওয়ার্ড ঠিক করুন',
  recover: 'অ্যাকাউন্ট পুনরুদ্ধার করুন',
  incomplete: 'লিঙ্কটি সম্পূর্ণ নয়',
  incompleteText: 'পথে এর একটি অংশ হারিয়ে গেছে। ইমেইল থেকেই লিঙ্কটি খুলুন।',
  outdated: 'এই লিঙ্ক আর কাজ করে না',

  verify: 'ইমেইল ঠিকানা নিশ্চিত করুন',
  verifyText: 'আর একটি ধাপ: ঠিকানাটি যে আপনার, তা নিশ্চিত করুন।',
  verifyAct: 'নিশ্চিত করুন',
  verified: 'আপনার ঠিকানা নিশ্চিত হয়েছে',
  verifiedText: 'ধন্যবাদ। এখন সাইন ইন করতে পারেন।',
  verifiedWithoutPassword: 'একটি কাজ বাকি: পাসওয়ার্ড ঠিক করুন। এর জন্য আমরা একটি লিঙ্ক পাঠাব।',
  verifyOutdated:
    'এটি আগে ব্যবহৃত হয়েছে, বা পুরোনো। ঠিকানা আগেই নিশ্চিত হয়ে থাকলে সাইন ইন করুন; না হলে নতুন ইমেইল চান।',
  anotherMail: 'নতুন ইমেইল পাঠান',
  anotherMailSent: 'ঠিকানাটি নিশ্চিত হওয়ার অপেক্ষায় থাকলে সেখানে একটি নতুন ইমেইল পাঠানো হয়েছে।',

  newEmail: 'নতুন ঠিকানা নিশ্চিত করুন',
  newEmailText: 'এই ইমেইল আপনার অ্যাকাউন্টের ঠিকানা হবে। অন্য ডিভাইসগুলো থেকে সাইন আউট হয়ে যাবে।',
  emailChanged: 'আপনার ঠিকানা বদলেছে',
  emailChangedText: 'এখন থেকে চিঠি নতুন ঠিকানায় যাবে, আর এটি দিয়েই সাইন ইন করবেন।',
  newEmailOutdated: 'এটি আগে ব্যবহৃত হয়েছে, বা পুরোনো। আপনার অ্যাকাউন্ট থেকে আবার ঠিকানা বদলাতে চান।',
  emailTaken: 'এই ঠিকানা আরেকজনের',
  emailTakenText: 'ইতিমধ্যে অন্য একটি অ্যাকাউন্ট এই ঠিকানা নিয়েছে। কিছুই বদলায়নি।',

  undoEmail: 'এই ঠিকানাই রাখুন',
  undoEmailText:
    'এই ইমেইল ঠিকানা আবার আপনার অ্যাকাউন্টের হবে। সব ডিভাইস থেকে সাইন আউট হবে, পাসওয়ার্ড আর কাজ করবে না, আর এরপর যা যোগ হয়েছে তা সরে যাবে। অ্যাকাউন্ট পুনরুদ্ধারের একটি লিঙ্ক এখানে পাঠানো হবে।',
  undoEmailAct: 'ঠিকানা ফিরিয়ে আনুন',
  emailRestored: 'ঠিকানা ফিরে এসেছে',
  emailRestoredText: 'আপনার ইমেইল দেখুন: অ্যাকাউন্ট পুনরুদ্ধারের একটি লিঙ্ক পাঠানো হয়েছে।',
  undoEmailOutdated: 'এটি আগে ব্যবহৃত হয়েছে, বা পুরোনো। অ্যাকাউন্টে ঢুকতে না পারলে সেটি পুনরুদ্ধার করুন।',
  undoEmailTaken: 'ইতিমধ্যে অন্য একটি অ্যাকাউন্ট এই ঠিকানা নিয়েছে। কিছুই বদলায়নি।',

  cancelRecovery: 'পুনরুদ্ধার বাতিল করুন',
  cancelRecoveryText:
    'আপনার ইমেইল পড়তে পারেন এমন কেউ দ্বিতীয় ধাপ ছাড়াই আপনার অ্যাকাউন্টে ঢুকতে চেয়েছেন। কাজটি আপনার না হলে বাতিল করুন।',
  cancelRecoveryAct: 'বাতিল করুন',
  recoveryCancelled: 'পুনরুদ্ধার বাতিল হয়েছে',
  recoveryCancelledText:
    'আপনার অ্যাকাউন্ট আগের মতোই আছে। ইমেইলের পাসওয়ার্ড বদলে ফেলুন: অন্য কেউ সেটি পড়ে থাকতে পারেন।',
  cancelRecoveryOutdated:
    'কোনো পুনরুদ্ধার অপেক্ষায় নেই: সেটি বাতিল হয়েছে, বা কার্যকর হয়ে গেছে। সাইন ইন করতে না পারলে অ্যাকাউন্ট পুনরুদ্ধার করুন।',

  notMe: 'কাজটি আপনার নয়?',
  notMeText:
    'সব ডিভাইস থেকে সাইন আউট হবে, পাসওয়ার্ড আর কাজ করবে না, আর যা যোগ হয়েছে তা সরে যাবে। অ্যাকাউন্ট পুনরুদ্ধারের একটি লিঙ্ক আপনাকে পাঠানো হবে।',
  notMeAct: 'অন্য সবার জন্য বন্ধ করুন',
  denied: 'অ্যাকাউন্টটি অন্য সবার জন্য বন্ধ',
  deniedText:
    'আপনার ইমেইল দেখুন: অ্যাকাউন্ট পুনরুদ্ধারের একটি লিঙ্ক পাঠানো হয়েছে। অন্য কেউ আপনার ইমেইল পড়ে থাকলে তার পাসওয়ার্ডও বদলে ফেলুন।',
  notMeOutdated: 'এটি আগে ব্যবহৃত হয়েছে, বা পুরোনো। অ্যাকাউন্ট পুনরুদ্ধার যেকোনো সময় চাওয়া যায়।',

  invitation: 'আমন্ত্রণ গ্রহণ করুন',
  invitationText: 'যে ঠিকানায় এটি পাঠানো হয়েছে, তার অ্যাকাউন্ট প্রস্তাবিত ভূমিকা পাবে।',
  invitationAct: 'গ্রহণ করুন',
  accepted: 'স্বাগতম',
  acceptedText: 'ভূমিকাটি এখন আপনার। আগের মতোই সাইন ইন করুন।',
  acceptedNew:
    'আপনার ঠিকানার জন্য এখন একটি অ্যাকাউন্ট আছে। এর পাসওয়ার্ড ঠিক করুন, অথবা লিঙ্ক বা কোড দিয়ে সাইন ইন করুন।',
  invitationOutdated:
    'এটি আগে ব্যবহৃত হয়েছে, ফিরিয়ে নেওয়া হয়েছে, বা পুরোনো। যেখান থেকে এসেছে, সেখানে নতুন একটি চান।',
  disabled: 'অ্যাকাউন্টটি বন্ধ আছে',
  disabledText: 'যিনি আমন্ত্রণ জানিয়েছেন তাঁকে জিজ্ঞেস করুন। কিছুই বদলায়নি।',
}

export type Word = keyof typeof en

/** What the pages of mailed links say. */
export const sayMailed = speaker<Word>({ en, bn })
