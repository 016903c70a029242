import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')

/** As the house formats. */
export function formatted(text: string): string {
  const biome = join(root, 'node_modules/.bin/biome')
  return execFileSync(biome, ['format', '--stdin-file-path=sdk/src/api.ts'], {
    cwd: root,
    input: text,
    encoding: 'utf8',
  })
}
