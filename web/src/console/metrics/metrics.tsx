import type { Answer } from 'gatehouse-client'
import { useCallback, useState } from 'react'
import { client } from '../../client.ts'
import { Heading } from '../../ui/heading.tsx'
import { Loader } from '../../ui/loader.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Select } from '../../ui/select.tsx'
import { useLoaded } from '../../ui/use-loaded.ts'
import { language } from '../../words/words.ts'
import { Table } from '../table.tsx'
import { sayConsole } from '../words.ts'
import { Chart } from './chart.tsx'
import { sayMetrics } from './words.ts'
import './metrics.css'

type Days = Answer<'GET /api/v1/admin/metrics'>['days']

/** Days that can be asked for; the service counts a month at most. */
const spans = [7, 14, 31]

export function Metrics() {
  const [span, setSpan] = useState(7)
  const load = useCallback(
    (signal: AbortSignal) => {
      const first = new Date(Date.now() - (span - 1) * 86_400_000).toISOString().slice(0, 10)
      return client.admin.metrics({ from: first }, { signal })
    },
    [span],
  )
  const loaded = useLoaded(load)
  return (
    <>
      <Heading title={sayConsole('metrics')} />
      <div className="filters">
        <Select
          name="span"
          label={sayMetrics('days')}
          options={spans.map((days) => ({
            value: String(days),
            label: sayMetrics('lastDays', days),
          }))}
          isRequired
          defaultValue={String(span)}
          onChange={(days) => setSpan(Number(days))}
        />
      </div>
      <Loader of={loaded}>{({ days }) => <Figures days={days} />}</Loader>
    </>
  )
}

function Figures({ days }: { days: Days }) {
  const sum = (counts: readonly { count: number }[]) =>
    counts.reduce((total, { count }) => total + count, 0)
  const points = (countOf: (day: Days[number]) => number) =>
    days.map((day) => ({ day: day.day, count: countOf(day) }))
  return (
    <>
      <div className="charts">
        <Chart title={sayMetrics('signIns')} points={points(({ sign_ins }) => sign_ins)} />
        <Chart title={sayMetrics('failures')} points={points(({ failures }) => sum(failures))} />
        <Chart title={sayMetrics('challenged')} points={points(({ challenged }) => challenged)} />
        <Chart
          title={sayMetrics('deliveries')}
          points={points(({ deliveries }) => sum(deliveries))}
        />
      </div>
      <Breakdown
        title={sayMetrics('reasons')}
        heads={[sayMetrics('what'), sayMetrics('why')]}
        empty={sayMetrics('noFailures')}
        entries={days.flatMap(({ failures }) =>
          failures.map(({ action, reason, count }) => ({ names: [action, reason ?? ''], count })),
        )}
      />
      <Breakdown
        title={sayMetrics('byChannel')}
        heads={[sayMetrics('channel'), sayConsole('status')]}
        empty={sayConsole('nothing')}
        entries={days.flatMap(({ deliveries }) =>
          deliveries.map(({ channel, status, count }) => ({ names: [channel, status], count })),
        )}
      />
      <Texts days={days} />
    </>
  )
}

interface BreakdownProps {
  title: string
  heads: readonly string[]
  empty: string
  entries: readonly { names: string[]; count: number }[]
}

/** What was counted on all the days, by its names, the most frequent first. */
function Breakdown({ title, heads, empty, entries }: BreakdownProps) {
  const sums = new Map<string, { names: string[]; count: number }>()
  for (const { names, count } of entries) {
    const key = names.join(' ')
    sums.set(key, { names, count: (sums.get(key)?.count ?? 0) + count })
  }
  const rows = [...sums.values()].sort((left, right) => right.count - left.count)
  return (
    <Panel title={title}>
      {rows.length === 0 ? (
        <p>{empty}</p>
      ) : (
        <Table
          name={title}
          heads={[...heads, sayMetrics('count')]}
          rows={rows.map(({ names, count }) => [...names, count])}
        />
      )}
    </Panel>
  )
}

function Texts({ days }: { days: Days }) {
  const sums = new Map<string, { sent: number; verified: number }>()
  for (const { prefix, sent, verified } of days.flatMap(({ texts }) => texts)) {
    const before = sums.get(prefix) ?? { sent: 0, verified: 0 }
    sums.set(prefix, { sent: before.sent + sent, verified: before.verified + verified })
  }
  const shareOf = (part: number, whole: number) =>
    (part / Math.max(1, whole)).toLocaleString(language, { style: 'percent' })
  return (
    <Panel title={sayMetrics('texts')}>
      {sums.size === 0 ? (
        <p>{sayMetrics('noTexts')}</p>
      ) : (
        <Table
          name={sayMetrics('texts')}
          heads={[
            sayMetrics('prefix'),
            sayMetrics('sent'),
            sayMetrics('used'),
            sayMetrics('share'),
          ]}
          rows={[...sums].map(([prefix, { sent, verified }]) => [
            prefix,
            sent,
            verified,
            shareOf(verified, sent),
          ])}
        />
      )}
    </Panel>
  )
}
