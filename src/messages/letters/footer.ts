import type { Locale } from '../../context.ts'

/**
 * Under every letter. It teaches the one rule that stops most phishing of codes, and names the operator beside a tenant.
 */
export function footerOf(name: string, operator: string, locale: Locale): string {
  const service = name === operator ? name : `${name} (${operator})`
  if (locale === 'bn') {
    return `${service} থেকে পাঠানো। আমরা কখনোই ইমেইল, ফোন বা চ্যাটে আপনার পাসওয়ার্ড বা কোড জানতে চাই না।`
  }
  return `Sent by ${service}. We never ask for your password or a code by mail, phone or chat.`
}
