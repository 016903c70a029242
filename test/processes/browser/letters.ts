import { mailsTo, until } from '../support/outside.ts'

/** The newest link of this kind that was mailed to somebody, without its host. */
export async function mailedLink(to: string, path: string): Promise<string> {
  const pattern = new RegExp(`https?://[^/]+(${path}[?#]\\S+)`)
  return until(`a link to ${path}`, async () => {
    const links = (await mailsTo(to)).flatMap(({ text }) => pattern.exec(text ?? '')?.[1] ?? [])
    return links[0]
  })
}
