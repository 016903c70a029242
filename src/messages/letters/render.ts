import type { Config } from '../../config.ts'
import type { Mail, Text } from '../../ports.ts'
import type { SendingTenant } from '../outbox.ts'
import { footerOf } from './footer.ts'
import { fromHeader } from './from-header.ts'
import { toHtml } from './html.tsx'
import type { Sender } from './letter.ts'
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
  tenant: SendingTenant
}

/** Writes a letter as text and HTML. Null where there is no such letter, or its payload does not fit. */
export function renderLetter(
  config: { publicUrl: string; mail: Pick<Config['mail'], 'from'> },
  { letter, locale: wanted, recipient, payload, tenant }: LetterOrder,
): Mail | null {
  const locale = toLocale(wanted)
  const sender = senderOf(config, tenant)
  const { service } = sender
  const written = letterNamed(letter)?.write(locale, payload, sender)
  if (!written) return null

  const footer = footerOf(service, serviceName(config), locale)
  return {
    from: fromHeader(config.mail.from, tenant.sender ?? tenant.name),
    replyTo: tenant.reply_to,
    to: recipient,
    subject: oneLine(written.subject),
    text: toText(written, footer),
    html: toHtml({ letter: written, locale, service, footer }),
  }
}

/** Writes a letter as a text. Null where there is no such text, or its payload does not fit. */
export function renderText(
  config: { publicUrl: string; mail: Pick<Config['mail'], 'from'> },
  { letter, locale: wanted, recipient, payload, tenant }: LetterOrder,
): Omit<Text, 'channel' | 'life'> | null {
  const locale = toLocale(wanted)
  const written = letterNamed(letter)?.writeShort(locale, payload, senderOf(config, tenant))
  return written ? { ...written, to: recipient, locale } : null
}

function senderOf(
  config: { publicUrl: string; mail: Pick<Config['mail'], 'from'> },
  { slug, name }: SendingTenant,
): Sender {
  const { publicUrl } = config
  return {
    service: oneLine(name ?? '') || serviceName(config),
    links: linksOf(publicUrl, slug),
    host: new URL(publicUrl).host,
  }
}

/** The display name of the sender (`Name <address>`), else the host of the service. */
function serviceName(config: { publicUrl: string; mail: Pick<Config['mail'], 'from'> }): string {
  const name = /^"?([^"<]*?)"?\s*</.exec(config.mail.from)?.[1]
  return oneLine(name ?? '') || new URL(config.publicUrl).host
}
