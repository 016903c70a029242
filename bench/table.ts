/** One line of the table. A figure without a bar is there to explain another. */
export interface Row {
  name: string
  value: number
  unit: string
  floor?: { value: number; what: string }
  /** What is held against the bar: `value` itself, or its relation to the floor. */
  judged: number
  bar?: { kind: 'at least' | 'at most' | 'within'; value: number; unit: string }
  note?: string
}

export function holds({ judged, bar }: Row): boolean {
  if (!bar) return true
  if (bar.kind === 'at least') return judged >= bar.value
  return (bar.kind === 'within' ? Math.abs(judged) : judged) <= bar.value
}

/** The rows as text, aligned; notes stand below, by number. */
export function tableText(rows: readonly Row[]): string {
  const notes: string[] = []
  const head = ['figure', 'measured', 'floor', 'judged', 'bar', '']
  const lines = [head, ...rows.map((row) => cells(row, notes))]
  const widths = head.map((_, column) =>
    Math.max(...lines.map((line) => (line[column] ?? '').length)),
  )
  const text = lines.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  text.splice(1, 0, widths.map((width) => '-'.repeat(width)).join('  '))
  return [...text, '', ...notes.map((note, index) => `[${index + 1}] ${note}`)].join('\n')
}

function cells(row: Row, notes: string[]): string[] {
  if (row.note) notes.push(row.note)
  return [
    row.note ? `${row.name} [${notes.length}]` : row.name,
    `${rounded(row.value)} ${row.unit}`,
    row.floor ? `${rounded(row.floor.value)} ${row.floor.what}` : '',
    row.bar ? `${rounded(row.judged)} ${row.bar.unit}` : '',
    row.bar ? `${row.bar.kind} ${row.bar.value} ${row.bar.unit}` : '',
    verdict(row),
  ]
}

function verdict(row: Row): string {
  if (!row.bar) return ''
  return holds(row) ? 'held' : 'MISSED'
}

function rounded(value: number): string {
  if (Math.abs(value) >= 1_000) return Math.round(value).toLocaleString('en')
  return value.toFixed(Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2)
}
