import type { LetterText } from './letter.ts'

/** The plain side of a mail: one block a paragraph, one empty line between. */
export function toText(letter: LetterText, footer: string): string {
  const blocks = [
    ...letter.paragraphs,
    letter.facts?.map(({ label, value }) => `${label}: ${value}`).join('\n'),
    letter.action && `${letter.action.label}:\n${letter.action.url}`,
    letter.code && `${letter.code.label} ${letter.code.value}`,
    letter.note,
    `-- \n${footer}`,
  ]
  return `${blocks.filter(Boolean).join('\n\n')}\n`
}
