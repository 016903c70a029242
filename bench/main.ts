import { writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { givenOptions } from '../dev/options.ts'
import { audit } from './figures/audit.ts'
import { check } from './figures/check.ts'
import { equal } from './figures/equal.ts'
import { imports } from './figures/import.ts'
import { memory } from './figures/memory.ts'
import { mixed } from './figures/mixed.ts'
import { refresh } from './figures/refresh.ts'
import { signIn } from './figures/sign-in.ts'
import { size } from './figures/size.ts'
import { Lab } from './lab.ts'
import { holds, type Row, tableText } from './table.ts'

const figures: Record<string, (lab: Lab) => Promise<Row[]>> = {
  size,
  check,
  refresh,
  'sign-in': signIn,
  memory,
  mixed,
  equal,
  audit,
  import: imports,
}

const HELP = `npm run bench                   every figure beside its floor, about twenty minutes
npm run bench -- --quick        the same with fewer measurements, under four
npm run bench -- check refresh  only these: ${Object.keys(figures).join(', ')}

  --samples N   measurements of each route in "equal" (2000; quick: 200)
  --json PATH   write the rows as JSON, too

Everything runs on "workerd serve" with the bundle that would be deployed, a throw-away Postgres, the
local Neon endpoint and the inbox. The exit code is 1 where a bar is missed.`

async function main(): Promise<void> {
  const { values, positionals } = givenOptions('bench', {
    allowPositionals: true,
    options: {
      help: { type: 'boolean', short: 'h' },
      quick: { type: 'boolean', default: false },
      samples: { type: 'string' },
      json: { type: 'string' },
    },
  })
  if (values.help) {
    console.log(HELP)
    return
  }
  const names = positionals.length > 0 ? positionals : Object.keys(figures)
  const stranger = names.find((name) => !figures[name])
  if (stranger) throw new Error(`There is no figure "${stranger}".\n\n${HELP}`)

  const lab = new Lab({
    quick: values.quick,
    samples: Number(values.samples ?? (values.quick ? 200 : 2_000)),
  })
  const rows = await run(lab, names).finally(() => lab.close())
  if (values.json) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`)
  process.exitCode = rows.every(holds) ? 0 : 1
}

async function run(lab: Lab, names: string[]): Promise<Row[]> {
  const rows: Row[] = []
  const started = performance.now()
  const busy = loadavg()[0] ?? 0
  try {
    for (const name of names) {
      process.stderr.write(`${name} …\n`)
      rows.push(...((await figures[name]?.(lab)) ?? []))
    }
  } finally {
    // What was measured before a failure is shown all the same.
    const seconds = Math.round((performance.now() - started) / 1_000)
    console.log(`\n${tableText(rows)}\n`)
    console.log(
      `${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), load ${busy.toFixed(1)} before the run, ${seconds} s.`,
    )
  }
  return rows
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
