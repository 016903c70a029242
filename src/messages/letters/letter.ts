import type { z } from 'zod'
import type { Locale } from '../../context.ts'
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
}

export interface LetterKind<Schema extends z.ZodType = z.ZodType> {
  schema: Schema
  /** Null where the payload does not fit the letter. */
  write(locale: Locale, payload: unknown, sender: Sender): LetterText | null
}

type Writer<Payload> = (payload: Payload, sender: Sender) => LetterText

export function defineLetter<Schema extends z.ZodType>(
  schema: Schema,
  writers: Record<Locale, Writer<z.infer<Schema>>>,
): LetterKind<Schema> {
  return {
    schema,
    write(locale, payload, sender) {
      const parsed = schema.safeParse(payload)
      return parsed.success ? writers[locale](parsed.data, sender) : null
    },
  }
}
