import { existsSync, readFileSync } from 'node:fs'
import { PLACEHOLDER, parseEnvText, setVariable, writePrivately } from './env-file.ts'
import { keyFormat } from './key-formats.ts'
import { givenOptions } from './options.ts'

/** What `npm run dev` reads. */
const devVars = '.dev.vars'

const HELP = `Keys of the service, made and rotated.

  npm run keys                            print a fresh value for every key
  npm run keys -- --write                 fill every "${PLACEHOLDER}" of .dev.vars with a fresh key
  npm run keys -- --rotate NAME           renew one key in .dev.vars; the older ones stay valid
  npm run keys -- --rotate NAME --print   print the renewed value and leave the file as it is

  --file PATH   another file than .dev.vars, as one fetched from a vault

JWT_KEYS is one line of JSON with three ES256 keys: rotation makes "next" the signing key and keeps
the last one as "previous". Wait at least 20 minutes between two rotations.
Every other NAME_KEYS and PASSWORD_PEPPERS is a list kid:key,kid:key with the newest first. Drop an
old entry by hand when nothing made with it is left (peppers: when every hash has been renewed).
In production: npm run keys -- --rotate NAME --file ../vault.env, outside the clone, then
npx wrangler secret bulk ../vault.env.`

/** The text of an env file with a fresh key for every placeholder, and the names that got one. */
export function fillKeys(text: string, now = new Date()): { text: string; filled: string[] } {
  const filled = placeholders(text)
  const next = filled.reduce(
    (draft, name) => setVariable(draft, name, keyFormat(name)?.create(now) ?? ''),
    text,
  )
  return { text: next, filled }
}

/** The text of an env file with one key renewed. */
export function rotateKey(text: string, name: string, now = new Date()): string {
  const format = keyFormat(name)
  const value = parseEnvText(text)[name]
  if (!format) throw new Error(`${name} is no key: its name ends in _KEYS or _PEPPERS.`)
  if (!value || value === PLACEHOLDER) throw new Error(`${name} has no key yet: run --write.`)
  return setVariable(text, name, format.rotate(value, now))
}

function placeholders(text: string): string[] {
  return Object.entries(parseEnvText(text))
    .filter(([name, value]) => value === PLACEHOLDER && keyFormat(name))
    .map(([name]) => name)
}

function freshLines(): string {
  const example = readFileSync(new URL('../.dev.vars.example', import.meta.url), 'utf8')
  const { text, filled } = fillKeys(example)
  const own = filled.filter((name) => !keyFormat(name)?.standIn)
  const isFilled = (line: string) => own.some((name) => line.startsWith(`${name}=`))
  return text.split('\n').filter(isFilled).join('\n')
}

/** Does what the arguments ask for and gives what is to be printed. */
function run(): string {
  const { values } = givenOptions('keys', {
    options: {
      help: { type: 'boolean', short: 'h' },
      write: { type: 'boolean' },
      rotate: { type: 'string' },
      print: { type: 'boolean' },
      file: { type: 'string', default: devVars },
    },
  })
  const { rotate, file } = values
  if (values.help) return HELP
  if (!values.write && !rotate) return freshLines()
  if (!existsSync(file)) throw new Error(`There is no file ${file}.`)

  const before = readFileSync(file, 'utf8')
  if (!rotate) {
    const { text, filled } = fillKeys(before)
    if (filled.length) writePrivately(file, text)
    return filled.length ? `New keys in ${file}: ${filled.join(', ')}` : 'Every key is there.'
  }
  const text = rotateKey(before, rotate)
  const value = parseEnvText(text)[rotate] ?? ''
  if (values.print) return value
  writePrivately(file, text)
  const restart = file === devVars ? ' Start `npm run dev` again to use it.' : ''
  return `${rotate} in ${file}, newest first: ${keyFormat(rotate)?.ids(value).join(', ')}.${restart}`
}

if (import.meta.main) {
  try {
    console.log(run())
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  }
}
