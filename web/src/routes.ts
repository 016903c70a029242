import { type ComponentType, type LazyExoticComponent, lazy } from 'react'

type Shown = LazyExoticComponent<ComponentType>

const loaded = (load: () => Promise<ComponentType>): Shown =>
  lazy(async () => ({ default: await load() }))

const mailed = loaded(() => import('./mailed/mailed.tsx').then((m) => m.Mailed))

/** Each page is a script of its own, with its words and its styles: nobody loads what they do not visit. */
const pages: Record<string, Shown> = {
  '/register': loaded(() => import('./register/register.tsx').then((m) => m.Register)),
  '/auth/callback': loaded(() => import('./sign-in/callback.tsx').then((m) => m.Callback)),
  '/verify-email': mailed,
  '/email/confirm': mailed,
  '/email/undo': mailed,
  '/recover/cancel': mailed,
  '/recover/not-me': mailed,
  '/accept-invitation': mailed,
}

/** What has many pages finds out by itself which one the address means. */
const areas: Record<string, Shown> = {
  '/account': loaded(() => import('./account/account.tsx').then((m) => m.Account)),
}

export interface Route {
  /** The same for every address of an area. */
  name: string
  Shown: Shown
}

/** The page of an address; null for signing in, which is part of the first script. */
export function routeOf(path: string): Route | null {
  const page = pages[path]
  if (page) return { name: path, Shown: page }
  const name = `/${path.split('/')[1]}`
  const area = areas[name]
  return area ? { name, Shown: area } : null
}
