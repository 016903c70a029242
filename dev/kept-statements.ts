import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { KeptStatement } from '../src/database/kept.ts'
import { rotateSession } from '../src/sessions/rotate.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const breakpoint = '\n--> statement-breakpoint\n'

/** Every statement that the database keeps as a function. */
export const keptStatements = [rotateSession]

/** What the migrations lack of them. Throws where a name does not end in the hash of its text. */
export function missingStatements(statements: readonly Statement[] = keptStatements): string[] {
  const migrations = migrationFiles().map((file) => readFileSync(file, 'utf8'))
  for (const statement of statements) {
    const name = nameOf(statement)
    if (statement.name !== name)
      throw new Error(`${statement.name} has another text than its name: call it ${name}.`)
  }
  return statements
    .map((statement) => statement.definition())
    .filter((definition) => !migrations.some((text) => text.includes(definition)))
}

type Statement = Pick<KeptStatement<never>, 'name' | 'definition'>

/** The word that a statement is called, and the first digits of its text's SHA-256. */
export function nameOf({ name, definition }: Statement): string {
  const word = name.replace(/_[^_]*$/, '')
  const text = definition().replaceAll(name, word)
  return `${word}_${createHash('sha256').update(text).digest('hex').slice(0, 8)}`
}

function migrationFiles(): string[] {
  return globSync('migrations/*.sql', { cwd: root }).map((file) => `${root}${file}`)
}

function main(): void {
  const missing = missingStatements()
  if (missing.length === 0) return
  const before = migrationFiles()
  execFileSync('drizzle-kit', ['generate', '--custom', '--name', 'kept_statements'], { cwd: root })
  const [file] = migrationFiles().filter((name) => !before.includes(name))
  if (!file) throw new Error('drizzle-kit made no migration.')
  writeFileSync(file, `${missing.join(breakpoint)}\n`)
  console.log(`${file.slice(root.length)} keeps ${missing.length} more.`)
}

if (import.meta.main) {
  try {
    main()
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  }
}
