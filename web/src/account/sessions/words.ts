import { speaker } from '../../words/words.ts'

const en = {
  where: 'Where you are signed in',
  whereText: 'Something here that is not yours? End it, and change your password.',
  thisOne: 'this one',
  since: 'Signed in #',
  seen: 'last seen #',
  end: 'End',
  endThis: 'End this session?',
  endText: 'Whoever uses it is signed out at once.',
  endOthers: 'Sign out everywhere else',
  endOthersText: 'Every session but this one ends at once.',
  onlyThis: 'You are signed in nowhere else.',
  ended: 'Ended.',

  devices: 'Remembered devices',
  devicesText: 'They are not asked for a second step until their time is over.',
  noDevices: 'None. You can have a device remembered when you sign in with a second step.',
  until: 'Remembered until #',
  forget: 'Forget',
  forgetDevice: 'Forget this device?',
  forgetText: 'The next sign-in there asks for a second step again.',
}

const bn: typeof en = {
  where: 'যেখানে সাইন ইন করা আছে',
  whereText: 'এখানে আপনার নয় এমন কিছু আছে? সেটি শেষ করুন, আর পাসওয়ার্ড বদলান।',
  thisOne: 'এটি',
  since: 'সাইন ইন #',
  seen: 'শেষ দেখা #',
  end: 'শেষ করুন',
  endThis: 'এই সেশন শেষ করবেন?',
  endText: 'যে এটি ব্যবহার করছে, তার সাইন ইন সঙ্গে সঙ্গে শেষ হবে।',
  endOthers: 'অন্য সব জায়গা থেকে সাইন আউট করুন',
  endOthersText: 'এটি ছাড়া সব সেশন সঙ্গে সঙ্গে শেষ হবে।',
  onlyThis: 'আপনি আর কোথাও সাইন ইন করে নেই।',
  ended: 'শেষ হয়েছে।',

  devices: 'মনে রাখা ডিভাইস',
  devicesText: 'সময় শেষ না হওয়া পর্যন্ত এগুলোতে দ্বিতীয় ধাপ চাওয়া হয় না।',
  noDevices: 'নেই। দ্বিতীয় ধাপসহ সাইন ইনের সময় ডিভাইস মনে রাখতে বলা যায়।',
  until: 'মনে রাখা হবে # পর্যন্ত',
  forget: 'ভুলে যান',
  forgetDevice: 'এই ডিভাইস ভুলে যাবেন?',
  forgetText: 'সেখানে পরের সাইন ইনে আবার দ্বিতীয় ধাপ চাওয়া হবে।',
}

export const saySessions = speaker({ en, bn })
