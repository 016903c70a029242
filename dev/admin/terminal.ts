import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'

/** Where a command talks: answers go to stdout, everything else to stderr, so that an answer can be piped. */
export interface Terminal {
  say(line: string): void
  note(line: string): void
  /** A line that the next one takes the place of, where somebody looks on. */
  progress(line: string): void
  /** What is typed, or the next line of what is piped in. `hidden`: it is not shown. */
  ask(question: string, how?: { hidden: boolean }): Promise<string>
  close(): void
}

export function openTerminal(): Terminal {
  let isMuted = false
  const shown = new Writable({
    write(chunk, _encoding, done) {
      if (!isMuted) process.stderr.write(chunk)
      done()
    },
  })
  let lines: ReturnType<typeof createInterface> | undefined
  let typed: AsyncIterator<string> | undefined

  async function nextLine(question: string, isHidden: boolean): Promise<string> {
    lines ??= createInterface({
      input: process.stdin,
      output: shown,
      terminal: process.stdin.isTTY ?? false,
    })
    typed ??= lines[Symbol.asyncIterator]()
    process.stderr.write(question)
    isMuted = isHidden
    const { value, done } = await typed.next()
    isMuted = false
    if (isHidden || !process.stdin.isTTY) process.stderr.write('\n')
    if (done) throw new Error('There was no answer to this question.')
    return value.trim()
  }

  return {
    say: (line) => void process.stdout.write(`${line}\n`),
    note: (line) => void process.stderr.write(`${line}\n`),
    progress: (line) =>
      void process.stderr.write(process.stderr.isTTY ? `\r\u001b[2K${line}` : `${line}\n`),
    ask: (question, { hidden } = { hidden: false }) => nextLine(question, hidden),
    close: () => lines?.close(),
  }
}
