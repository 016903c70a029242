import { beforeEach } from 'vitest'

/** More would only be in the way. */
const kept = 200
const { info } = console
let lines: string[] = []

/** A line for each refusal would go to Vitest's process, only to be thrown away there. */
for (const level of ['info', 'warn', 'error'] as const) {
  console[level] = (...parts: unknown[]) => {
    lines.push(parts.map(String).join(' '))
    if (lines.length > 2 * kept) lines = lines.slice(-kept)
  }
}

/** The last lines of a test that fails are shown. */
export function showLogOfFailures(): void {
  beforeEach(({ onTestFailed }) => {
    lines = []
    onTestFailed(async () => {
      info(lines.slice(-kept).join('\n'))
      // It is sent before the result of the test, and shown with it, or not at all.
      await scheduler.wait(1)
    })
  })
}
