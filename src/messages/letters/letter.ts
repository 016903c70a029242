import type { z } from 'zod'
import type { Locale } from '../../context.ts'
import { lazily } from '../../lazily.ts'
import type { Links } from './links.ts'

/** What one letter says, free of any format: `text.ts` and `html.tsx` set it. */
export interface LetterText {
  /** Stands on lock screens and in logs of mail servers: never a secret, never a word of the payload. */
  subject: string
  paragraphs: string[]
  facts?: Fact[]
  action?: { label: string; url: string }
  code?: { label: string; value: string }
  note?: string
}

export interface Fact {
  label: string
  value: string
}

/** Where a letter comes from: all of it configuration, nothing of it a request. */
export interface Sender {
  /** Name of the service, for people. */
  service: string
  links: Links
  /** Of the pages: for codes that fill themselves in. */
  host: string
}

/** The same in a text: short, as each 160 Latin or 70 Bengali characters are paid for. */
export interface ShortText {
  body: string
  /** Stands in the body too; WhatsApp puts it into its own template. */
  code: string | null
}

export interface LetterKind<Schema extends z.ZodType = z.ZodType> {
  schema: Schema
  /** Null where the payload does not fit the letter. */
  write(locale: Locale, payload: unknown, sender: Sender): LetterText | null
  /** Null where the payload does not fit, or the letter is no text. */
  writeShort(locale: Locale, payload: unknown, sender: Sender): ShortText | null
}

type Writer<Payload, Written> = (payload: Payload, sender: Sender) => Written
type Writers<Payload, Written> = Record<Locale, Writer<Payload, Written>>

export function defineLetter<Schema extends z.ZodType>(
  shape: () => Schema,
  writers: Writers<z.infer<Schema>, LetterText>,
  texts: Writers<z.infer<Schema>, ShortText> | null = null,
): LetterKind<Schema> {
  const schema = lazily(shape)
  return {
    schema,
    write(locale, payload, sender) {
      const parsed = schema.safeParse(payload)
      return parsed.success ? writers[locale](parsed.data, sender) : null
    },
    writeShort(locale, payload, sender) {
      const parsed = schema.safeParse(payload)
      return parsed.success && texts ? texts[locale](parsed.data, sender) : null
    },
  }
}
