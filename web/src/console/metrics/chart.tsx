import { Panel } from '../../ui/panel.tsx'
import { language } from '../../words/words.ts'
import { Table } from '../table.tsx'
import { sayMetrics } from './words.ts'

export interface Point {
  /** `YYYY-MM-DD` */
  day: string
  count: number
}

interface ChartProps {
  title: string
  points: readonly Point[]
}

const width = 640
const height = 160
const gap = 0.25

/** A bar for each day. Whoever cannot see it has the same numbers in the table below. */
export function Chart({ title, points }: ChartProps) {
  const most = Math.max(1, ...points.map(({ count }) => count))
  const total = points.reduce((sum, { count }) => sum + count, 0)
  const step = width / Math.max(1, points.length)
  const label = `${title}: ${total.toLocaleString(language)}`
  return (
    <Panel title={title}>
      <p>
        {sayMetrics('total')}: <strong>{total.toLocaleString(language)}</strong> ·{' '}
        {sayMetrics('most', Math.max(0, ...points.map(({ count }) => count)))}
      </p>
      <svg className="chart" viewBox={`0 0 ${width} ${height + 1}`} role="img" aria-label={label}>
        {points.map(({ day, count }, at) => {
          const tall = (count / most) * height
          return (
            <rect
              key={day}
              x={at * step + (step * gap) / 2}
              y={height - tall}
              width={step * (1 - gap)}
              height={tall}
              rx={Math.min(3, tall / 2)}
            >
              <title>{`${dayOf(day)}: ${count.toLocaleString(language)}`}</title>
            </rect>
          )
        })}
        <line x1={0} x2={width} y1={height + 0.5} y2={height + 0.5} />
      </svg>
      <div className="chart-ends" aria-hidden="true">
        <span>{dayOf(points[0]?.day)}</span>
        <span>{dayOf(points.at(-1)?.day)}</span>
      </div>
      <details>
        <summary>{sayMetrics('asTable')}</summary>
        <Table
          name={title}
          heads={[sayMetrics('day'), sayMetrics('count')]}
          rows={points.map(({ day, count }) => [dayOf(day), count])}
        />
      </details>
    </Panel>
  )
}

/** Days are counted by the clock of the service. */
function dayOf(day = ''): string {
  const options = { day: 'numeric', month: 'short', timeZone: 'UTC' } as const
  return day && new Date(day).toLocaleDateString(language, options)
}
