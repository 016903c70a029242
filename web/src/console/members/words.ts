import { speaker } from '../../words/words.ts'

const en = {
  invite: 'Invite somebody',
  inviteText: 'A link goes to the address. It works once, for seven days, and gives the role.',
  send: 'Send the invitation',
  sent: 'The invitation is on its way to #.',
  invitations: 'Invitations',
  noInvitations: 'Nobody was invited yet.',
  open: 'open',
  accepted: 'accepted',
  revoked: 'withdrawn',
  expired: 'too old',
  until: 'Good until',
  withdraw: 'Withdraw',
  withdrawn: 'The invitation is withdrawn.',
  changeTitle: 'Role of #',
  roleText:
    'Who loses a role is signed out everywhere. Administrators need a second step at their next sign-in.',
  removeTitle: 'Remove # from the tenant?',
  removeText: 'The account and all that belongs to it are gone at once. This cannot be undone.',
  removed: '# is removed.',
  since: 'Since',
  withFactor: 'second step',
}

const bn: typeof en = {
  invite: 'কাউকে আমন্ত্রণ জানান',
  inviteText: 'ঠিকানাটিতে একটি লিঙ্ক যাবে। সেটি একবার, সাত দিনের মধ্যে কাজ করে, আর ভূমিকাটি দেয়।',
  send: 'আমন্ত্রণ পাঠান',
  sent: '# ঠিকানায় আমন্ত্রণ পাঠানো হয়েছে।',
  invitations: 'আমন্ত্রণ',
  noInvitations: 'এখনো কাউকে আমন্ত্রণ জানানো হয়নি।',
  open: 'খোলা',
  accepted: 'গৃহীত',
  revoked: 'ফিরিয়ে নেওয়া',
  expired: 'পুরোনো',
  until: 'যত দিন চলবে',
  withdraw: 'ফিরিয়ে নিন',
  withdrawn: 'আমন্ত্রণটি ফিরিয়ে নেওয়া হয়েছে।',
  changeTitle: '# এর ভূমিকা',
  roleText: 'যাঁর ভূমিকা কমে তিনি সবখানে সাইন আউট হন। পরিচালকদের পরের সাইন ইনে দ্বিতীয় ধাপ লাগবে।',
  removeTitle: '# কে সরাবেন?',
  removeText: 'অ্যাকাউন্ট আর তার সবকিছু এখনই মুছে যাবে। এটি ফেরানো যায় না।',
  removed: '# কে সরানো হয়েছে।',
  since: 'যবে থেকে',
  withFactor: 'দ্বিতীয় ধাপ আছে',
}

export const sayMembers = speaker({ en, bn })
