import type { Answer } from '../support/client.ts'

export interface SetCookie {
  name: string
  value: string
  /** In lower case; a flag has an empty value. */
  attributes: Record<string, string>
}

/** The cookies that an answer sets, by name. */
export function cookiesOf({ headers }: Answer<unknown>): Record<string, SetCookie> {
  return Object.fromEntries(
    headers.getSetCookie().map((text) => {
      const cookie = parse(text)
      return [cookie.name, cookie]
    }),
  )
}

function parse(text: string): SetCookie {
  const [pair = '', ...attributes] = text.split('; ')
  const [name, value] = halves(pair)
  const entries = attributes.map(halves).map(([key, of]) => [key.toLowerCase(), of])
  return { name, value, attributes: Object.fromEntries(entries) }
}

function halves(text: string): [string, string] {
  const at = text.indexOf('=')
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}
