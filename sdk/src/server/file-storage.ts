import type { ClientStorage } from '../storage.ts'

/**
 * Keeps the tokens of a script or a command-line tool in a file that its user alone may read. One process at a time:
 * two that renew at once may get in each other's way after ten seconds.
 */
export function fileStorage(path: string): ClientStorage {
  async function all(): Promise<Record<string, string>> {
    const { readFile } = await import('node:fs/promises')
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
      return '{}'
    })
    return JSON.parse(text)
  }

  /** A reader sees the old file or the new one, never half of it. */
  async function replace(values: Record<string, string>): Promise<void> {
    const { rename, writeFile } = await import('node:fs/promises')
    const next = `${path}.${crypto.randomUUID()}`
    await writeFile(next, JSON.stringify(values), { mode: 0o600 })
    await rename(next, path)
  }

  /** One change after the other. */
  let last: Promise<void> = Promise.resolve()
  function change(edit: (values: Record<string, string>) => void): Promise<void> {
    const next = last.then(async () => {
      const values = await all()
      edit(values)
      await replace(values)
    })
    last = next.catch(() => undefined)
    return next
  }

  return {
    read: async (name) => {
      await last
      return (await all())[name] ?? null
    },
    write: (name, value) =>
      change((values) => {
        values[name] = value
      }),
    remove: (name) =>
      change((values) => {
        delete values[name]
      }),
  }
}
