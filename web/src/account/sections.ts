import { type LazyPage, lazyPage } from '../lazy-page.ts'

interface Section {
  name: 'security' | 'sessions' | 'identities' | 'activity' | 'data'
  Shown: LazyPage
}

/** The parts of an account beside its profile, in the order in which they are offered. */
export const sections: readonly Section[] = [
  {
    name: 'security',
    Shown: lazyPage(() => import('./security/security.tsx').then((m) => m.Security)),
  },
  {
    name: 'sessions',
    Shown: lazyPage(() => import('./sessions/sessions.tsx').then((m) => m.Sessions)),
  },
  {
    name: 'identities',
    Shown: lazyPage(() => import('./identities/identities.tsx').then((m) => m.Identities)),
  },
  {
    name: 'activity',
    Shown: lazyPage(() => import('./activity/activity.tsx').then((m) => m.Activity)),
  },
  { name: 'data', Shown: lazyPage(() => import('./data/data.tsx').then((m) => m.Data)) },
]

/** What lies below a section. */
export const below: Readonly<Record<string, LazyPage>> = {
  '/account/security/password': lazyPage(() =>
    import('./security/password/password.tsx').then((m) => m.Password),
  ),
}
