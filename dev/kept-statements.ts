import { execFileSync } from 'node:child_process'
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { rotateSession } from '../src/sessions/rotate.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const breakpoint = '\n--> statement-breakpoint\n'

/** Every statement that the database keeps as a function. */
export const keptStatements = [rotateSession]

/** What the migrations lack of them. Throws where one has a text other than that of its name in a migration. */
export function missingStatements(statements = keptStatements): string[] {
  const migrations = migrationFiles().map((file) => readFileSync(file, 'utf8'))
  return statements.flatMap((statement) => {
    const definition = statement.definition()
    if (migrations.some((text) => text.includes(definition))) return []
    if (!migrations.some((text) => text.includes(`CREATE FUNCTION "${statement.name}"(`)))
      return [definition]
    throw new Error(
      `${statement.name} has another text than its migration: give it the next number.`,
    )
  })
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
