import { type LazyPage, lazyPage } from '../lazy-page.ts'
import type { ConsoleName } from './words.ts'

export interface Section {
  /** Its page stands at `/console/<name>`, and what it shows in particular below that. */
  name: ConsoleName
  Shown: LazyPage
}

function section(name: ConsoleName, load: Parameters<typeof lazyPage>[0]): Section {
  return { name, Shown: lazyPage(load) }
}

/** The parts of the console in their order; the first is where it opens. */
export const sections: readonly Section[] = [
  section('users', () => import('./users/users.tsx').then((m) => m.Users)),
  section('members', () => import('./members/members.tsx').then((m) => m.Members)),
  section('settings', () => import('./settings/settings.tsx').then((m) => m.Settings)),
  section('audit', () => import('./audit/audit.tsx').then((m) => m.Audit)),
  section('metrics', () => import('./metrics/metrics.tsx').then((m) => m.Metrics)),
  section('versions', () => import('./versions/versions.tsx').then((m) => m.Versions)),
  section('webhooks', () => import('./webhooks/webhooks.tsx').then((m) => m.Webhooks)),
  section('import', () => import('./import/import.tsx').then((m) => m.Import)),
]
