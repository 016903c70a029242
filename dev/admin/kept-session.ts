import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { ClientStorage } from '../../sdk/src/index.ts'
import { writePrivately } from '../env-file.ts'

/** Keeps a session between two commands, in a file that its owner alone can read; one for each service and tenant. */
export function keptSession(url: string, tenant: string): ClientStorage {
  const state = process.env.XDG_STATE_HOME || join(homedir(), '.local', 'state')
  const folder = join(state, 'gatehouse')
  const place = createHash('sha256').update(`${url} ${tenant}`).digest('hex').slice(0, 16)
  const fileOf = (name: string) => join(folder, `${place}.${name}`)
  return {
    read(name) {
      try {
        return readFileSync(fileOf(name), 'utf8')
      } catch {
        return null
      }
    },
    write(name, value) {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      writePrivately(fileOf(name), value)
    },
    remove: (name) => rmSync(fileOf(name), { force: true }),
  }
}
