import type { Config } from '../../config.ts'
import type { Mail } from '../../ports.ts'
import { footerOf } from './footer.ts'
import { toHtml } from './html.tsx'
import { linksOf } from './links.ts'
import { letterNamed } from './table.ts'
import { toText } from './text.ts'
import { oneLine, toLocale } from './words.ts'

/** A letter as the outbox keeps it: names and payload are checked here, not before. */
export interface LetterOrder {
  letter: string
  /** BCP 47; a language without a translation gets English. */
  locale: string
  recipient: string
  payload: unknown
}

/** Writes a letter as text and HTML. Null where there is no such letter, or its payload does not fit. */
export function renderLetter(
  config: { publicUrl: string; mail: Pick<Config['mail'], 'from'> },
  { letter, locale: wanted, recipient, payload }: LetterOrder,
): Mail | null {
  const locale = toLocale(wanted)
  const service = serviceName(config)
  const links = linksOf(config.publicUrl)
  const written = letterNamed(letter)?.write(locale, payload, { service, links })
  if (!written) return null

  const footer = footerOf(service, locale)
  return {
    to: recipient,
    subject: oneLine(written.subject),
    text: toText(written, footer),
    html: toHtml({ letter: written, locale, service, footer }),
  }
}

/** The display name of the sender (`Name <address>`), else the host of the service. */
function serviceName(config: { publicUrl: string; mail: Pick<Config['mail'], 'from'> }): string {
  const name = /^"?([^"<]*?)"?\s*</.exec(config.mail.from)?.[1]
  return oneLine(name ?? '') || new URL(config.publicUrl).host
}
