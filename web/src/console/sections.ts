import { type LazyPage, lazyPage } from '../lazy-page.ts'
import type { ConsoleName } from './words.ts'

export interface Section {
  /** Its page stands at `/console/<name>`, and what it shows in particular below that. */
  name: ConsoleName
  Shown: LazyPage
}

/** The parts of the console in their order; the first is where it opens. */
export const sections: readonly Section[] = [
  { name: 'users', Shown: lazyPage(() => import('./users/users.tsx').then((m) => m.Users)) },
  {
    name: 'settings',
    Shown: lazyPage(() => import('./settings/settings.tsx').then((m) => m.Settings)),
  },
  { name: 'audit', Shown: lazyPage(() => import('./audit/audit.tsx').then((m) => m.Audit)) },
]
