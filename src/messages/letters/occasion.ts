import { z } from 'zod'
import type { Locale } from '../../context.ts'
import { lazily } from '../../lazily.ts'
import type { Fact } from './letter.ts'
import { momentOf, placeOf } from './words.ts'

/** When something happened (RFC 3339), and where, if the edge knew. */
export const occasion = lazily(() =>
  z.object({ when: z.iso.datetime(), place: z.string().nullish() }),
)

const labels: Record<Locale, { when: string; place: string }> = {
  en: { when: 'Time', place: 'Place' },
  bn: { when: 'সময়', place: 'স্থান' },
}

export function factsOf({ when, place }: z.infer<typeof occasion>, locale: Locale): Fact[] {
  const time = { label: labels[locale].when, value: momentOf(when, locale) }
  if (!place) return [time]
  return [time, { label: labels[locale].place, value: placeOf(place, locale) }]
}
