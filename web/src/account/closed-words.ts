import { speaker } from '../words/words.ts'

const en = {
  title: 'Your account will be deleted',
  text: 'It is deleted on #. Changed your mind? Sign in before then, and it stays.',
  textUndated:
    'Changed your mind? Sign in before the day that the letter to you names, and it stays.',
  ended: 'You have been signed out everywhere.',
}

const bn: typeof en = {
  title: 'আপনার অ্যাকাউন্ট মুছে ফেলা হবে',
  text: '# তারিখে এটি মুছে ফেলা হবে। মত বদলেছেন? তার আগে সাইন ইন করলে এটি থেকে যাবে।',
  textUndated: 'মত বদলেছেন? চিঠিতে লেখা দিনের আগে সাইন ইন করলে এটি থেকে যাবে।',
  ended: 'সব জায়গা থেকে আপনার সাইন ইন শেষ হয়েছে।',
}

export const sayClosed = speaker({ en, bn })
