import { z } from 'zod'
import type { Locale } from '../../context.ts'
import { defineLetter } from './letter.ts'

const payload = () =>
  z.object({
    token: z.string().min(1),
    tenant: z.string(),
    role: z.enum(['owner', 'admin', 'member']),
  })

const roles: Record<Locale, Record<z.infer<ReturnType<typeof payload>>['role'], string>> = {
  en: { owner: 'an owner', admin: 'an administrator', member: 'a member' },
  bn: { owner: 'মালিক', admin: 'প্রশাসক', member: 'সদস্য' },
}

/**
 * It names the tenant, whose name is checked for this, and not who invites: a name of 160 letters is room for a message to
 * strangers under the operator's address, and a mail address names a host to go to. Who it was stands in the trail.
 */
export const invitation = defineLetter(payload, {
  en: ({ token, tenant, role }, { links }) => ({
    subject: 'You are invited',
    paragraphs: [
      `You are invited to ${tenant} as ${roles.en[role]}.`,
      'The link works once, for seven days, and only for the account of this address.',
    ],
    action: { label: 'Accept the invitation', url: links.acceptInvitation(token) },
    note: `If you do not know ${tenant}, there is nothing to do: without the link nothing happens.`,
  }),
  bn: ({ token, tenant, role }, { links }) => ({
    subject: 'আপনাকে আমন্ত্রণ জানানো হয়েছে',
    paragraphs: [
      `${tenant}-এ ${roles.bn[role]} হিসেবে যোগ দিতে আপনাকে আমন্ত্রণ জানানো হয়েছে।`,
      'লিংকটি একবারই কাজ করে, সাত দিন পর্যন্ত, এবং শুধু এই ঠিকানার অ্যাকাউন্টের জন্য।',
    ],
    action: { label: 'আমন্ত্রণ গ্রহণ করুন', url: links.acceptInvitation(token) },
    note: `${tenant} আপনার অচেনা হলে কিছু করার প্রয়োজন নেই: লিংক ব্যবহার না করলে কিছুই হবে না।`,
  }),
})
