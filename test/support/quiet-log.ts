import { beforeEach } from 'vitest'

/** More would only be in the way. */
const kept = 30
let lines: string[] = []

/** A line for each refusal would go to Vitest's process, only to be thrown away there. */
for (const level of ['info', 'warn', 'error'] as const) {
  console[level] = (...parts: unknown[]) => {
    lines.push(parts.map(String).join(' '))
    if (lines.length > 2 * kept) lines = lines.slice(-kept)
  }
}

/** The last lines of a test that fails are part of its message: there they are seen wherever that is. */
export function showLogOfFailures(): void {
  beforeEach(({ onTestFailed }) => {
    lines = []
    onTestFailed(({ task }) => {
      const error = task.result?.errors?.at(0)
      if (error && lines.length > 0) error.message += `\n\nLog:\n${lines.slice(-kept).join('\n')}`
    })
  })
}
